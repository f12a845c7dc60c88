// Decides root fields of a prepared operation: everything that a field's selection and arguments touch, before anything is
// planned. A mutation is decided as a whole, so that a denied field stops those before it, too; an operation with nothing
// allowed in it never begins.
import { GraphQLError, type OperationTypeNode } from "graphql";
import type { Principal } from "../identity/principal.ts";
import type { PreparedField } from "../operation/prepare.ts";
import type { Authorizer } from "./authorizer.ts";
import type { Decision, Touch } from "./decision.ts";
import type { DecisionLog } from "./decision-log.ts";
import type { FieldNeeds } from "./field-needs.ts";
import { schemaObject } from "./object.ts";
import { type RefusalOptions, refusal } from "./refusal.ts";
import type { Gate } from "./shield.ts";

/** What the gate reads of an operation's context. */
export interface GatedOperation {
	readonly requestId: string;
	readonly principal: Principal;
	/** Every root field of the operation. */
	readonly fields: readonly PreparedField[];
	/** Coerced variables by name. */
	readonly variables: Readonly<Record<string, unknown>>;
	readonly operationType: OperationTypeNode;
	/** What was decided about its root fields, by response key: empty at first, filled in here. */
	readonly decided: Map<string, GraphQLError | null>;
}

export interface GateOptions extends RefusalOptions {
	readonly needsOf: FieldNeeds;
	readonly log: DecisionLog;
}

/** Decides a root field: its error, or null for yes. */
export type DecideField = (operation: GatedOperation, field: PreparedField) => GraphQLError | null;

/** Makes the decision about one root field. */
export function createDecideField(options: GateOptions): DecideField {
	const { needsOf, log, authorizer } = options;
	return (operation, field) => {
		if (isIntrospection(field)) return decideIntrospection(options, operation);
		const { principal, variables } = operation;
		const needs = needsOf(field, variables);
		if (needs.kind === "public") return null;
		if (needs.kind === "signedIn") return principal.kind === "anonymous" ? refusal(options, principal, []) : null;
		if (authorizer.decideAll(principal, needs.touches) === null) {
			log.allowed(operation, needs.touches);
			return null;
		}
		const refused = decideEach(authorizer, principal, needs.touches).filter(({ allowed }) => !allowed);
		log.refused(operation, refused);
		return refusal(options, principal, refused);
	};
}

function decideIntrospection(options: GateOptions, operation: GatedOperation): GraphQLError | null {
	const decision = options.authorizer.decide(operation.principal, schemaObject, "introspect");
	if (decision.allowed) return null;
	options.log.refused(operation, [decision]);
	return refusal(options, operation.principal, [decision]);
}

/** Every decision about a list of touches. */
export function decideEach(authorizer: Authorizer, principal: Principal, touches: readonly Touch[]): Decision[] {
	return touches.map(({ object, action }) => authorizer.decide(principal, object, action));
}

/** What stands before an operation, and before each of its root fields. */
export interface Gates {
	/**
	 * Decides a whole operation before it begins.
	 * @returns the errors of one that is refused outright; null: it may begin, and `field` decides about its parts
	 */
	operation(operation: GatedOperation): readonly GraphQLError[] | null;
	/** The shield's gate. */
	readonly field: Gate<GatedOperation>;
}

/** Codes of errors that say no to a person, rather than of arguments that cannot be read. */
const refusals: ReadonlySet<unknown> = new Set(["FORBIDDEN", "UNAUTHENTICATED", "UPSTREAM_UNAVAILABLE"]);

/** Makes the gates. Each field of an operation is decided once; of a subscription, for each event. */
export function createGates(decideField: DecideField): Gates {
	const decideOnce = (operation: GatedOperation, field: PreparedField): GraphQLError | null => {
		if (operation.operationType === "subscription") return decideSafely(decideField, operation, field);
		const before = operation.decided.get(field.key);
		if (before !== undefined) return before;
		const error = decideSafely(decideField, operation, field);
		operation.decided.set(field.key, error);
		return error;
	};
	/** A mutation is decided as a whole: the first refusal, at its own place in the answer, stops every field. */
	const decideMutation = (operation: GatedOperation): GraphQLError | null => {
		for (const field of operation.fields) {
			const error = decideOnce(operation, field);
			if (error !== null) return error;
		}
		return null;
	};
	return Object.freeze({
		operation(operation: GatedOperation) {
			const errors: GraphQLError[] = [];
			for (const field of operation.fields) {
				const error = decideOnce(operation, field);
				if (error !== null) errors.push(error);
			}
			if (errors.length === 0 || !errors.every(({ extensions }) => refusals.has(extensions["code"]))) return null;
			const asked = operation.fields.filter(({ nodes }) => nodes[0]?.name.value !== "__typename");
			const outright = errors.length === asked.length || operation.operationType === "mutation" || asksSchema(asked);
			return outright ? errors : null;
		},
		field(operation: GatedOperation, { key }: { readonly key: string }) {
			if (operation.operationType === "mutation") return decideMutation(operation);
			const field = operation.fields.find((candidate) => candidate.key === key);
			return field === undefined ? new Error(`the operation has no root field ${key}`) : decideOnce(operation, field);
		},
	});
}

/** Whatever goes wrong, the answer is no; what it was is the server's to tell or to hide. */
function decideSafely(decideField: DecideField, operation: GatedOperation, field: PreparedField): GraphQLError | null {
	try {
		const error = decideField(operation, field);
		return error === null ? null : located(error, field);
	} catch (error) {
		return located(error instanceof Error ? error : new Error(String(error)), field);
	}
}

/** At the field it is about, also where it is told in place of an earlier one. */
function located(error: Error, { key, nodes }: PreparedField): GraphQLError {
	return new GraphQLError(error.message, { nodes, path: [key], originalError: error });
}

/** No resolver stands before introspection: a denial of it ends the operation. */
const asksSchema = (fields: readonly PreparedField[]): boolean => fields.some(isIntrospection);

function isIntrospection({ nodes }: PreparedField): boolean {
	const name = nodes[0]?.name.value;
	return name === "__schema" || name === "__type";
}
