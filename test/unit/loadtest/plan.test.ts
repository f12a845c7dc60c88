// What is offered in a plan, and what must hold in it.
import { expect, test } from "vitest";
import { offeredRequests, outlineOf, type Plan, type Stream, secondsOf } from "../../../loadtest/plan.ts";
import { thresholdsOf } from "../../../loadtest/thresholds.ts";

const stream = (arrival: Stream["arrival"], startAfter = 0): Stream => ({
	name: "one",
	arrival,
	startAfter,
	connections: 10,
	requests: [
		{ method: "GET", url: "http://a.test", headers: {}, body: null, expected: { kind: "part", text: "" }, weight: 3 },
	],
});
const plan = (latencyMs: number | null): Plan => ({
	streams: [stream({ kind: "steady", rate: 50, seconds: 4 }, 2)],
	latencyMs,
});

test("a steady stream", () => {
	expect(offeredRequests(stream({ kind: "steady", rate: 50, seconds: 4 }))).toBe(200);
	expect(secondsOf(plan(null))).toBe(6);
});

test("stages go from rate to rate", () => {
	expect(
		offeredRequests(
			stream({
				kind: "stages",
				from: 100,
				stages: [
					[2, 100],
					[1, 300],
					[1, 0],
				],
			}),
		),
	).toBe(550);
});

test("what each virtual user reads has no requests", () => {
	expect(outlineOf(plan(null)).streams).toEqual([expect.objectContaining({ name: "one", weights: [3] })]);
	expect(JSON.stringify(outlineOf(plan(null)))).not.toContain("a.test");
});

test("errors and rows are always judged, time only where a p95 is asked for", () => {
	expect(thresholdsOf(outlineOf(plan(100)))).toMatchObject({
		http_req_failed: ["rate<0.001"],
		checks: ["rate>0.999"],
		http_req_duration: ["p(95)<100"],
	});
	expect(thresholdsOf(outlineOf(plan(null)))["http_req_duration"]).toEqual(["p(95)>=0"]);
});
