// Phase: before GraphQL. Answers the health paths.
import type { AnswerHealth } from "../health.ts";
import type { ServerPlugin } from "../ports.ts";
import type { RequestStates } from "../request-state.ts";

export function useHealth(states: RequestStates, answerHealth: AnswerHealth): ServerPlugin {
	return {
		async onRequest({ request, fetchAPI, endResponse }) {
			if (request.method !== "GET" && request.method !== "HEAD") return;
			const answer = await answerHealth(states.of(request).path);
			if (answer === null) return;
			const { status, body } = answer;
			endResponse(fetchAPI.Response.json(body, { status, headers: { "cache-control": "no-store" } }));
		},
	};
}
