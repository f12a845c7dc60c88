// Tells how a GraphQL request went, whichever way it was answered: one `request.finished` each.
import type { Observe } from "../observe/observation.ts";
import type { RequestState } from "./request-state.ts";

/** Observes the end of a request that was answered with this HTTP status. */
export function observeFinished(observe: Observe, state: RequestState, status: number): void {
	const { requestId, startedAt, operations, errorCodes } = state;
	observe({
		kind: "request.finished",
		requestId,
		operation: operations.length === 0 ? null : operations.map(({ name }) => name ?? "(unnamed)").join(","),
		operationType: operations[0]?.type ?? null,
		status,
		elapsedMs: performance.now() - startedAt,
		errorCodes: [...new Set(errorCodes)],
	});
}
