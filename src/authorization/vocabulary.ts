// Every object that a rule can name at this moment: tables and columns of the schema, functions of the database, and what
// is administered. Refuses a rule about something else with the names that come nearest.
import { suggestionList } from "graphql/jsutils/suggestionList.js";
import { AppError } from "../error/app-error.ts";
import type { TableRef } from "../schema/catalog.ts";
import type { DataModel } from "../schema/model.ts";
import {
	actionsOf,
	adminObjects,
	columnObject,
	functionObject,
	isPrefixPattern,
	objectKind,
	objectMatches,
	rpcObject,
	schemaObject,
	tableObject,
} from "./object.ts";

export interface Vocabulary {
	/** Sorted. Deployed functions come and go by tenant, so `function:<name>` is not listed. */
	readonly objects: readonly string[];
	/** @throws AppError BAD_USER_INPUT for an object or pattern that covers nothing, or an action that it does not have */
	check(pattern: string, action: string): void;
}

/** Most names that a refusal offers. */
const suggestionsShown = 5;

/**
 * Lists what rules can be about.
 * @param routines functions of the exposed schemas
 */
export function createVocabulary(model: DataModel, routines: readonly TableRef[]): Vocabulary {
	const data = [...model.tables.values()].flatMap(({ table, fields }) => [
		tableObject(table),
		...[...fields.values()].flatMap((field) =>
			field.kind === "column" && field.routine === null ? columnObject(table, field.column.name) : [],
		),
	]);
	const objects = Object.freeze([...data, ...routines.map(rpcObject), ...adminObjects, schemaObject].sort());
	const known = new Set(objects);
	return Object.freeze({
		objects,
		check(pattern: string, action: string) {
			if (!isKnown(pattern, known)) throw unknownObject(pattern, objects);
			const actions = actionsOf(pattern);
			if (action !== "*" && !actions.includes(action)) throw unknownAction(pattern, action, actions);
		},
	});
}

function isKnown(pattern: string, known: ReadonlySet<string>): boolean {
	if (pattern === "*" || known.has(pattern)) return true;
	if (objectKind(pattern) === "function" && isFunctionObject(pattern)) return true;
	if (pattern === "rpc:*" || !isPrefixPattern(pattern)) return pattern === "rpc:*";
	for (const object of known) if (objectMatches(object, pattern)) return true;
	return false;
}

/** `function:*`, or a name as functionObject writes it. */
function isFunctionObject(pattern: string): boolean {
	const name = pattern.slice("function:".length);
	return pattern === "function:*" || (/^[a-zA-Z0-9_.-]{1,100}$/.test(name) && functionObject(name) === pattern);
}

function unknownObject(pattern: string, objects: readonly string[]): AppError {
	const near = suggestionList(pattern, objects).slice(0, suggestionsShown);
	const offered = near.length > 0 ? near : objects.slice(0, suggestionsShown);
	return new AppError("BAD_USER_INPUT", {
		message: `Nothing is called ${JSON.stringify(pattern.slice(0, 200))}.`,
		hint: `Did you mean ${offered.join(", ")}? A pattern ends in /* or :*, such as data:*.`,
		extensions: { argument: "object", nearest: offered },
	});
}

function unknownAction(pattern: string, action: string, actions: readonly string[]): AppError {
	return new AppError("BAD_USER_INPUT", {
		message: `${pattern} has no action ${JSON.stringify(action.slice(0, 200))}.`,
		hint: `It has ${actions.join(", ")}; * is all of them.`,
		extensions: { argument: "action", nearest: suggestionList(action, actions) },
	});
}
