// Takes where a field's arguments stand and the variables, gives their coerced values; refuses what does not fit.
import { GraphQLError, getArgumentValues } from "graphql";
import { AppError } from "../error/app-error.ts";
import type { ArgumentSource } from "./selection.ts";

export type Arguments = Readonly<Record<string, unknown>>;

/** How arguments are read, for those who may know no more of planning than its types. */
export type ReadArguments = typeof readArguments;

type Variables = Readonly<Record<string, unknown>>;

const constant = new WeakMap<ArgumentSource, Arguments>();
/**
 * Of the request at hand: authorization, planning and the resolver each want the same arguments, one right after the other.
 * Only the last request's are kept, since a WeakMap with an entry for each request costs the garbage collector more than
 * coercing costs us; another request in between makes them be read once more.
 */
let last: { readonly variables: Variables; readonly arguments: Map<ArgumentSource, Arguments> } | null = null;

/**
 * Reads a field's arguments; those without a variable only once.
 * @param variables coerced variables by name
 * @throws AppError BAD_USER_INPUT
 */
export function readArguments(source: ArgumentSource, variables: Variables): Arguments {
	const kept = source.dynamic ? argumentsOf(variables) : constant;
	const known = kept.get(source);
	if (known !== undefined) return known;
	const args = coerce(source, variables);
	kept.set(source, args);
	return args;
}

function argumentsOf(variables: Variables): Map<ArgumentSource, Arguments> {
	if (last?.variables !== variables) last = { variables, arguments: new Map() };
	return last.arguments;
}

function coerce({ definition, node }: ArgumentSource, variables: Variables): Arguments {
	try {
		return Object.freeze(getArgumentValues(definition, node, variables));
	} catch (error) {
		if (!(error instanceof GraphQLError)) throw error;
		throw new AppError("BAD_USER_INPUT", { message: error.message }, { nodes: error.nodes ?? null });
	}
}
