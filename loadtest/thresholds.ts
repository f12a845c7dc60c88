// What must hold in every scenario, in k6's words: hardly an error, no wrong rows at all, nothing that was not sent, and,
// where time is judged, a p95. One threshold for each stream as well, which is also what makes k6 measure it by itself.
import type { PlanOutline } from "./plan.ts";

/** Share of requests that may fail. */
export const mostErrors = 0.001;

/** Thresholds of a plan, by k6's metric. */
export function thresholdsOf({ streams, latencyMs }: PlanOutline): Record<string, string[]> {
	const judged = latencyMs === null ? "p(95)>=0" : `p(95)<${latencyMs}`;
	return {
		http_req_failed: [`rate<${mostErrors}`],
		checks: [`rate>${1 - mostErrors}`],
		dropped_iterations: ["rate<1"],
		http_req_duration: [judged],
		...Object.fromEntries(streams.map(({ name }) => [`http_req_duration{scenario:${name}}`, [judged]])),
		...Object.fromEntries(streams.map(({ name }) => [`http_reqs{scenario:${name}}`, ["count>=0"]])),
	};
}
