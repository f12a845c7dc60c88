// Phase: after the answer is made. Tells how a GraphQL request went.
import type { Observe } from "../../observe/observation.ts";
import { observeFinished } from "../observe-finished.ts";
import { graphqlPath } from "../paths.ts";
import type { ServerPlugin } from "../ports.ts";
import type { RequestStates } from "../request-state.ts";

export function useObservations(states: RequestStates, observe: Observe): ServerPlugin {
	return {
		onResponse({ request, response }) {
			const state = states.of(request);
			if (state.path !== graphqlPath || response.headers.get("content-type")?.startsWith("text/html") === true) return;
			observeFinished(observe, state, response.status);
		},
	};
}
