// Phase: before GraphQL. Answers GET /metrics, where it is served at all.
import type { ReadMetrics } from "../../observe/metrics.ts";
import { metricsPath } from "../paths.ts";
import type { ServerPlugin } from "../ports.ts";
import type { RequestStates } from "../request-state.ts";

export function useMetrics(states: RequestStates, read: ReadMetrics | null): ServerPlugin {
	return {
		async onRequest({ request, fetchAPI, endResponse }) {
			if (read === null || states.of(request).path !== metricsPath) return;
			if (request.method !== "GET" && request.method !== "HEAD") return;
			const { contentType, text } = await read();
			const headers = { "content-type": contentType, "cache-control": "no-store" };
			endResponse(new fetchAPI.Response(text, { headers }));
		},
	};
}
