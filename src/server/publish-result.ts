// Result → the result that a caller may see: errors get their public form and their HTTP status, and what they hide goes
// to the log. The last gate of every result, whichever way it leaves.
import type { GraphQLError } from "graphql";
import { publicError } from "../error/public-error.ts";
import type { Observe } from "../observe/observation.ts";
import type { OperationResult } from "./ports.ts";
import type { RequestState } from "./request-state.ts";
import { dataState, withStatus } from "./response-status.ts";

export type PublishResult = (state: RequestState, result: OperationResult) => OperationResult;

/** Builds the gate. */
export function createPublishResult(observe: Observe, production: boolean): PublishResult {
	return (state, result) => {
		if (result.errors === undefined || result.errors.length === 0) return result;
		const { requestId } = state;
		const hideSuggestions = production && state.principal?.kind !== "user";
		const data = dataState(result);
		const errors = result.errors.map((thrown: GraphQLError) => {
			const shown = publicError(thrown, { requestId, hideSuggestions });
			state.errorCodes.push(shown.code);
			if (shown.cause !== undefined) {
				observe({ kind: "request.error", requestId, code: shown.code, cause: shown.cause });
			}
			return withStatus(shown, data);
		});
		return { ...result, errors };
	};
}
