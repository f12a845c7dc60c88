// A GraphQL result whose data is JSON text already: it is written out as it is, and parsed only for who looks into it.
import type { ExecutionResult, GraphQLError } from "graphql";

/** A result that may say how it is written; Yoga and the lane call `stringify` when it is there. */
export interface OperationResult extends ExecutionResult {
	readonly stringify?: (result: ExecutionResult) => string;
}

/**
 * Makes a result of data that is text.
 * @param data JSON text of the `data` member
 * @param errors in the order in which they arose
 */
export function textResult(data: string, errors: readonly GraphQLError[]): OperationResult {
	let parsed: Record<string, unknown> | undefined;
	return {
		...(errors.length === 0 ? {} : { errors }),
		get data() {
			parsed ??= JSON.parse(data) as Record<string, unknown>;
			return parsed;
		},
		stringify: (result) => writeResult(data, result),
	};
}

/** Errors first, as graphql-js has them, then the data, then extensions that a plugin may have added. */
function writeResult(data: string, { errors, extensions }: ExecutionResult): string {
	const head = errors === undefined || errors.length === 0 ? "" : `"errors":${JSON.stringify(errors)},`;
	const tail = extensions === undefined ? "" : `,"extensions":${JSON.stringify(extensions)}`;
	return `{${head}"data":${data}${tail}}`;
}
