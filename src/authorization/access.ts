// Takes the merged schema, gives what each root field needs; refuses (throws) a root field that nobody classified, and a
// classification that cannot be meant. Data fields are known from the model, the others from directives in their SDL.
import {
	type GraphQLField,
	type GraphQLInputType,
	type GraphQLSchema,
	getDirectiveValues,
	getNamedType,
	isInputObjectType,
} from "graphql";
import type { DataModel } from "../schema/model.ts";
import { actionsOf, objectKind, segment } from "./object.ts";

/** What a root field needs. */
export type Access =
	| { readonly kind: "public" }
	| { readonly kind: "signedIn" }
	| { readonly kind: "needs"; readonly object: ObjectTemplate; readonly action: string }
	/** A field of the data API: whatever its selection and arguments touch. */
	| { readonly kind: "data" };

/** An object whose path may hold arguments of the field: texts and argument paths, by turns. */
export interface ObjectTemplate {
	readonly texts: readonly string[];
	readonly arguments: readonly (readonly string[])[];
}

type RootField = GraphQLField<unknown, unknown>;

/** `Query.products` → what it needs. */
export type AccessMap = ReadonlyMap<string, Access>;

/** Root fields that nobody classified, or whose classification cannot be meant; `problems` has one line for each. */
export class UnclassifiedFieldsError extends Error {
	readonly problems: readonly string[];

	constructor(problems: readonly string[]) {
		const lines = problems.map((problem) => `  - ${problem}`).join("\n");
		super(`Nobody said who may use these root fields (see schema/authorization.graphql):\n${lines}`);
		this.name = "UnclassifiedFieldsError";
		this.problems = problems;
	}
}

/**
 * Classifies every root field.
 * @throws UnclassifiedFieldsError listing all that lack a usable classification
 */
export function classifyRootFields(schema: GraphQLSchema, model: DataModel): AccessMap {
	const found = new Map<string, Access>();
	const problems: string[] = [];
	for (const [type, data] of [
		[schema.getQueryType(), model.queries],
		[schema.getMutationType(), model.mutations],
		[schema.getSubscriptionType(), null],
	] as const) {
		for (const field of Object.values(type?.getFields() ?? {})) {
			const name = `${type?.name}.${field.name}`;
			const access = classify(schema, field, data?.has(field.name) ?? false);
			if (typeof access === "string") problems.push(`${name} ${access}`);
			else found.set(name, access);
		}
	}
	if (problems.length > 0) throw new UnclassifiedFieldsError(problems);
	return found;
}

/** What a field needs, or what is wrong. */
function classify(schema: GraphQLSchema, field: RootField, data: boolean): Access | string {
	const given = accessOf(schema, field);
	if (data) return given.length === 0 ? { kind: "data" } : "is a data field and has a directive, too";
	const [access] = given;
	if (access === undefined) return "has none of @public, @signedIn, @needs";
	if (given.length > 1) return "has more than one of @public, @signedIn, @needs";
	return access.kind === "needs" ? (objection(access, field) ?? access) : access;
}

function accessOf(schema: GraphQLSchema, field: RootField): Access[] {
	if (field.astNode === undefined || field.astNode === null) return [];
	const node = field.astNode;
	const values = (name: string) => {
		const directive = schema.getDirective(name);
		return directive ? getDirectiveValues(directive, node) : undefined;
	};
	const found: Access[] = [];
	if (values("public") !== undefined) found.push({ kind: "public" });
	if (values("signedIn") !== undefined) found.push({ kind: "signedIn" });
	const needs = values("needs");
	if (needs !== undefined)
		found.push({ kind: "needs", object: parseTemplate(String(needs["object"])), action: String(needs["action"]) });
	return found;
}

function parseTemplate(text: string): ObjectTemplate {
	const parts = text.split(/\{([\w.]+)\}/);
	return {
		texts: parts.filter((_, index) => index % 2 === 0),
		arguments: parts.filter((_, index) => index % 2 === 1).map((path) => path.split(".")),
	};
}

/** Why a right cannot be meant: a typing mistake would otherwise be a right that nobody can have, or everybody has. */
function objection({ object, action }: Extract<Access, { kind: "needs" }>, field: RootField): string | null {
	const sample = object.texts.join("x");
	if (objectKind(sample) === null) return `needs ${sample}, which is no object`;
	if (!actionsOf(sample).includes(action)) return `needs ${action} on ${sample}, which has no such action`;
	const missing = object.arguments.find((path) => !isRequiredArgument(field, path));
	return missing === undefined ? null : `names the argument ${missing.join(".")}, which may be missing`;
}

function isRequiredArgument(field: RootField, [name, ...path]: readonly string[]): boolean {
	let type: GraphQLInputType | undefined = field.args.find((argument) => argument.name === name)?.type;
	for (const step of path) {
		const named: unknown = type?.toString().endsWith("!") ? getNamedType(type) : undefined;
		type = isInputObjectType(named) ? named.getFields()[step]?.type : undefined;
	}
	return type?.toString() === "String!" || type?.toString() === "ID!";
}

/** The object that a call is about. */
export function fillTemplate(template: ObjectTemplate, args: Readonly<Record<string, unknown>>): string {
	return template.texts.reduce((object, text, index) => {
		const path = template.arguments[index - 1] ?? [];
		const value = path.reduce<unknown>((at, step) => (at as Record<string, unknown> | null)?.[step], args);
		return `${object}${segment(String(value))}${text}`;
	});
}
