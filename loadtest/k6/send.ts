// The k6 script of every scenario: sends the requests of the plan (PLAN, a file) when they are due, and checks each answer
// against the right one. Gives its measurements to RESULT, a file.
import { check } from "k6";
import { SharedArray } from "k6/data";
import execution from "k6/execution";
import http from "k6/http";
import type { Arrival, Plan, PlannedRequest } from "../plan.ts";
import { thresholdsOf } from "../thresholds.ts";

/** Everything but the requests, which are many and shared. */
const plan = JSON.parse(open(__ENV["PLAN"] ?? "")) as Plan;
const shared = new SharedArray("streams", () => plan.streams.map(({ requests }) => JSON.stringify(requests)));

function executorOf(arrival: Arrival): object {
	if (arrival.kind === "steady")
		return { executor: "constant-arrival-rate", rate: arrival.rate, timeUnit: "1s", duration: `${arrival.seconds}s` };
	const stages = arrival.stages.map(([seconds, target]) => ({ duration: `${seconds}s`, target }));
	return { executor: "ramping-arrival-rate", startRate: arrival.from, timeUnit: "1s", stages };
}

export const options = {
	scenarios: Object.fromEntries(
		plan.streams.map(({ name, arrival, startAfter, connections }, index) => [
			name,
			{
				...executorOf(arrival),
				startTime: `${startAfter}s`,
				gracefulStop: "10s",
				preAllocatedVUs: connections,
				maxVUs: connections,
				env: { STREAM: String(index) },
			},
		]),
	),
	thresholds: thresholdsOf(plan),
	summaryTrendStats: ["avg", "med", "p(95)", "p(99)", "max", "count"],
	setupTimeout: "10s",
};

// A virtual user belongs to one stream, so it reads the stream's requests once.
let requests: readonly PlannedRequest[] | null = null;
let total = 0;

function next(): PlannedRequest {
	if (requests === null) {
		requests = JSON.parse(shared[Number(__ENV["STREAM"])] ?? "[]") as PlannedRequest[];
		total = requests.reduce((sum, { weight }) => sum + weight, 0);
	}
	// By turns, not by chance: every run sends the same requests.
	let place = execution.scenario.iterationInTest % total;
	for (const request of requests) {
		if (place < request.weight) return request;
		place -= request.weight;
	}
	throw new Error("A stream has no requests.");
}

export default function send(): void {
	const { method, url, headers, body, expected } = next();
	const unique = `${execution.vu.idInTest}-${execution.scenario.iterationInTest}`;
	const text = body === null ? null : body.replaceAll("[<id>]", `${__ENV["RUN"]}-${unique}`);
	// One name for all: k6 would keep a time series for each URL.
	const answer = http.request(method, url, text, { headers, tags: { name: "request" } });
	check(answer, { rows: ({ body }) => isRight(body ?? "", expected) });
}

function isRight(body: string, { kind, text }: PlannedRequest["expected"]): boolean {
	return kind === "whole" ? body === text : body.includes(text);
}

export function handleSummary(summary: unknown): Record<string, string> {
	return { [__ENV["RESULT"] ?? ""]: JSON.stringify(summary) };
}
