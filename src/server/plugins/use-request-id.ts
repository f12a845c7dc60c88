// Phase: first of all. Starts the state of a request and answers with its id in `x-request-id`.
import type { ServerPlugin } from "../ports.ts";
import type { RequestStates } from "../request-state.ts";

export function useRequestId(states: RequestStates): ServerPlugin {
	return {
		onRequest({ request }) {
			states.start(request);
		},
		onResponse({ request, response }) {
			response.headers.set("x-request-id", states.of(request).requestId);
		},
	};
}
