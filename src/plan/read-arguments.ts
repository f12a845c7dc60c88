// Takes where a field's arguments stand and the variables, gives their coerced values; refuses what does not fit.
import { GraphQLError, getArgumentValues } from "graphql";
import { AppError } from "../error/app-error.ts";
import type { ArgumentSource } from "./selection.ts";

export type Arguments = Readonly<Record<string, unknown>>;

/** How arguments are read, for those who may know no more of planning than its types. */
export type ReadArguments = typeof readArguments;

type Variables = Readonly<Record<string, unknown>>;

const constant = new WeakMap<ArgumentSource, Arguments>();
/** By the variables of one request: authorization, planning and the resolver each want the same arguments. */
const bound = new WeakMap<Variables, Map<ArgumentSource, Arguments>>();

/**
 * Reads a field's arguments; those without a variable only once, the others once for each request.
 * @param variables coerced variables by name
 * @throws AppError BAD_USER_INPUT
 */
export function readArguments(source: ArgumentSource, variables: Variables): Arguments {
	const known = source.dynamic ? bound.get(variables)?.get(source) : constant.get(source);
	if (known !== undefined) return known;
	const args = coerce(source, variables);
	if (!source.dynamic) constant.set(source, args);
	else bound.set(variables, (bound.get(variables) ?? new Map()).set(source, args));
	return args;
}

function coerce({ definition, node }: ArgumentSource, variables: Variables): Arguments {
	try {
		return Object.freeze(getArgumentValues(definition, node, variables));
	} catch (error) {
		if (!(error instanceof GraphQLError)) throw error;
		throw new AppError("BAD_USER_INPUT", { message: error.message }, { nodes: error.nodes ?? null });
	}
}
