// Decides root fields of a prepared operation: everything that a field's selection and arguments touch, before anything is
// planned. A mutation is decided as a whole, so that a denied field stops those before it, too.
import { GraphQLError } from "graphql";
import { AppError } from "../error/app-error.ts";
import type { Principal } from "../identity/principal.ts";
import type { PreparedField } from "../operation/prepare.ts";
import { readArguments } from "../plan/read-arguments.ts";
import { type Access, type AccessMap, fillTemplate } from "./access.ts";
import type { Authorizer } from "./authorizer.ts";
import type { Decision, Touch } from "./decision.ts";
import type { DecisionLog } from "./decision-log.ts";
import { type RefusalOptions, refusal } from "./refusal.ts";
import type { Gate } from "./shield.ts";
import type { ReadTouches } from "./touches.ts";

/** What the gate reads of an operation's context. */
export interface GatedOperation {
	readonly requestId: string;
	readonly principal: Principal;
	/** Every root field of the operation. */
	readonly fields: readonly PreparedField[];
	/** Coerced variables by name. */
	readonly variables: Readonly<Record<string, unknown>>;
	readonly mutation: boolean;
}

export interface GateOptions extends RefusalOptions {
	readonly access: AccessMap;
	readonly touches: ReadTouches;
	readonly log: DecisionLog;
}

/** Decides a root field: its error, or null for yes. */
export type DecideField = (operation: GatedOperation, field: PreparedField) => GraphQLError | null;

/** Makes the decision about one root field. */
export function createDecideField(options: GateOptions): DecideField {
	const { access, log, authorizer } = options;
	return (operation, field) => {
		// `__typename` says nothing about anybody.
		if (field.args === null) return null;
		const name = `${field.parent.name}.${field.args.definition.name}`;
		const needed = access.get(name);
		if (needed === undefined) throw new Error(`${name} was never classified`);
		const { principal } = operation;
		if (needed.kind === "public") return null;
		if (needed.kind === "signedIn") return principal.kind === "anonymous" ? refusal(options, principal, []) : null;
		const touches = touchesOf(needed, field, operation, options.touches);
		if (authorizer.decideAll(principal, touches) === null) {
			log.allowed(operation, touches);
			return null;
		}
		const refused = decideEach(authorizer, principal, touches).filter(({ allowed }) => !allowed);
		log.refused(operation, refused);
		return refusal(options, principal, refused);
	};
}

/** Everything that a root field touches. @throws AppError BAD_USER_INPUT for arguments that cannot be read */
export function touchesOf(
	access: Extract<Access, { kind: "needs" | "data" }>,
	field: PreparedField,
	{ variables }: Pick<GatedOperation, "variables">,
	readTouches: ReadTouches,
): readonly Touch[] {
	if (field.args === null) return [];
	if (access.kind === "data") {
		if (field.data === null) throw new Error(`${field.key} is a data field without a selection`);
		return readTouches(field.data, variables);
	}
	return [{ object: fillTemplate(access.object, readArguments(field.args, variables)), action: access.action }];
}

/** Every decision about a list of touches. */
export function decideEach(authorizer: Authorizer, principal: Principal, touches: readonly Touch[]): Decision[] {
	return touches.map(({ object, action }) => authorizer.decide(principal, object, action));
}

/** The gate that the shield puts before root fields. */
export function createGate(decideField: DecideField): Gate<GatedOperation> {
	const mutations = new WeakMap<GatedOperation, Error | null>();
	return (operation, { key }) => {
		try {
			if (!operation.mutation) {
				const field = operation.fields.find((candidate) => candidate.key === key);
				if (field === undefined) throw new Error(`the operation has no root field ${key}`);
				return decideField(operation, field);
			}
			const known = mutations.get(operation);
			if (known !== undefined) return known;
			const decided = decideMutation(operation, decideField);
			mutations.set(operation, decided);
			return decided;
		} catch (error) {
			// Whatever went wrong, the answer is no; what it was is the server's to tell or to hide.
			return error instanceof Error ? error : new Error(String(error));
		}
	};
}

/** The first refusal among a mutation's fields, at its own place in the answer. */
function decideMutation(operation: GatedOperation, decideField: DecideField): Error | null {
	for (const field of operation.fields) {
		const error = decideField(operation, field);
		if (error !== null) return located(error, field);
	}
	return null;
}

/** An error keeps the path that it has: a field that was stopped by a later one says which. */
function located(error: GraphQLError, { key, nodes }: PreparedField): GraphQLError {
	if (!(error instanceof AppError)) return error;
	const place = new GraphQLError(error.message, { nodes, path: [key], originalError: error });
	return place;
}
