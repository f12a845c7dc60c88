// Takes where a field's arguments stand and the variables, gives their coerced values; refuses what does not fit.
import { GraphQLError, getArgumentValues } from "graphql";
import { AppError } from "../error/app-error.ts";
import type { ArgumentSource } from "./selection.ts";

export type Arguments = Readonly<Record<string, unknown>>;

const constant = new WeakMap<ArgumentSource, Arguments>();

/**
 * Reads a field's arguments; those without a variable only once.
 * @param variables coerced variables by name
 * @throws AppError BAD_USER_INPUT
 */
export function readArguments(source: ArgumentSource, variables: Readonly<Record<string, unknown>>): Arguments {
	const known = source.dynamic ? undefined : constant.get(source);
	if (known !== undefined) return known;
	try {
		const args = Object.freeze(getArgumentValues(source.definition, source.node, variables));
		if (!source.dynamic) constant.set(source, args);
		return args;
	} catch (error) {
		if (!(error instanceof GraphQLError)) throw error;
		throw new AppError("BAD_USER_INPUT", { message: error.message }, { nodes: error.nodes ?? null });
	}
}
