// The k6 script of every scenario: sends the requests of the plan (PLAN, a file) when they are due, and checks each answer
// against the right one. Gives its measurements to RESULT, a file.
import { check } from "k6";
import { SharedArray } from "k6/data";
import execution from "k6/execution";
import http from "k6/http";
import type { Arrival, PlannedRequest, PlanOutline } from "../plan.ts";
import { thresholdsOf } from "../thresholds.ts";

const plan = JSON.parse(open(__ENV["PLAN"] ?? "")) as PlanOutline;
// Read once for all virtual users; each request is copied when it is used.
const shared = plan.streams.map(
	({ name }, index) =>
		new SharedArray(name, () => JSON.parse(open(__ENV["REQUESTS"] ?? ""))[index] as PlannedRequest[]),
);

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

// Copying costs more than sending: what is sent all the time is kept.
const mostKept = 10;
const kept = new Map<number, PlannedRequest>();

/** By turns, not by chance: every run sends the same requests. A virtual user belongs to one stream. */
function next(): PlannedRequest {
	const stream = Number(__ENV["STREAM"]);
	const weights = plan.streams[stream]?.weights ?? [];
	const total = weights.reduce((sum, weight) => sum + weight, 0);
	let turn = execution.scenario.iterationInTest % total;
	const place = weights.findIndex((weight) => {
		turn -= weight;
		return turn < 0;
	});
	const request = kept.get(place) ?? shared[stream]?.[place];
	if (request === undefined) throw new Error("A stream has no requests.");
	if (weights.length <= mostKept) kept.set(place, request);
	return request;
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
