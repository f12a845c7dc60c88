// Phase: after the answer is made. Tells how a GraphQL request went: one `request.finished` each.
import type { Observe } from "../../observe/observation.ts";
import { graphqlPath } from "../paths.ts";
import type { ServerPlugin } from "../ports.ts";
import type { RequestStates } from "../request-state.ts";

export function useObservations(states: RequestStates, observe: Observe): ServerPlugin {
	return {
		onResponse({ request, response }) {
			const { requestId, path, startedAt, operations, errorCodes } = states.of(request);
			if (path !== graphqlPath || response.headers.get("content-type")?.startsWith("text/html") === true) return;
			observe({
				kind: "request.finished",
				requestId,
				operation: operations.length === 0 ? null : operations.map(({ name }) => name ?? "(unnamed)").join(","),
				operationType: operations[0]?.type ?? null,
				status: response.status,
				elapsedMs: performance.now() - startedAt,
				errorCodes: [...new Set(errorCodes)],
			});
		},
	};
}
