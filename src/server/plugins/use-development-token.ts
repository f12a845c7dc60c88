// Phase: before GraphQL. Answers the development token path where development sign-in is on; elsewhere the path is
// unknown like any other.
import type { AnswerDevelopmentToken } from "../development-token.ts";
import { developmentTokenPath } from "../paths.ts";
import type { ServerPlugin } from "../ports.ts";
import type { RequestStates } from "../request-state.ts";

export function useDevelopmentToken(states: RequestStates, answer: AnswerDevelopmentToken | null): ServerPlugin {
	return {
		async onRequest({ request, serverContext, fetchAPI, endResponse }) {
			if (answer === null || states.of(request).path !== developmentTokenPath) return;
			const { status, body } = await answer(request, serverContext.req?.socket.remoteAddress);
			endResponse(fetchAPI.Response.json(body, { status, headers: { "cache-control": "no-store" } }));
		},
	};
}
