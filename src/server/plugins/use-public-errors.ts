// Phase: before the answer is written. The last gate of every result, whatever made it: errors get their public form
// and their HTTP status, and what they hide goes to the log.
import type { GraphQLError } from "graphql";
import { publicError } from "../../error/public-error.ts";
import type { Observe } from "../../observe/observation.ts";
import type { OperationResult, ServerPlugin } from "../ports.ts";
import type { RequestStates } from "../request-state.ts";
import { dataState, withStatus } from "../response-status.ts";

export interface PublicErrorsOptions {
	readonly states: RequestStates;
	readonly observe: Observe;
	readonly production: boolean;
}

export function usePublicErrors({ states, observe, production }: PublicErrorsOptions): ServerPlugin {
	const publish = (request: Request, result: OperationResult): OperationResult => {
		if (result.errors === undefined || result.errors.length === 0) return result;
		const state = states.of(request);
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
	return {
		onResultProcess({ request, result, setResult }) {
			if (Symbol.asyncIterator in result) throw new TypeError("Results that stream are not offered.");
			setResult(Array.isArray(result) ? result.map((item) => publish(request, item)) : publish(request, result));
		},
	};
}
