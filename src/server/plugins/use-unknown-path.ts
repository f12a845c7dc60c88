// Phase: before GraphQL. Only the GraphQL path goes on; `/` leads a browser there, anything else is told where to go.
import { graphqlPath, readyPath } from "../paths.ts";
import type { ServerPlugin } from "../ports.ts";
import type { RequestStates } from "../request-state.ts";

export function useUnknownPath(states: RequestStates): ServerPlugin {
	return {
		onRequest({ request, fetchAPI, endResponse }) {
			const { path } = states.of(request);
			if (path === graphqlPath) return;
			if (path === "/" || path === `${graphqlPath}/`) {
				// 307 keeps method and body, and no browser remembers it for whatever else runs on this port tomorrow.
				endResponse(new fetchAPI.Response(null, { status: 307, headers: { location: graphqlPath } }));
				return;
			}
			const error = `Nothing is here. GraphQL is at ${graphqlPath}, health at ${readyPath}.`;
			endResponse(fetchAPI.Response.json({ error }, { status: 404 }));
		},
	};
}
