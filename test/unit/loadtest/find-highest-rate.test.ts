// The search for the highest rate that holds, on targets whose limit is known.
import { expect, test } from "vitest";
import { findHighestRate } from "../../../loadtest/find-highest-rate.ts";
import type { LoadResult } from "../../../loadtest/run-k6.ts";

const result = (p95: number, errorRate: number): LoadResult => ({
	seconds: 1,
	offeredPerSecond: 1,
	answeredPerSecond: 1,
	requests: 1,
	latency: { p50: 1, p95, p99: p95, max: p95 },
	streams: {},
	failed: 0,
	wrong: 0,
	dropped: 0,
	errorRate,
	broken: [],
	processes: { cpuSeconds: {}, memory: [] },
});

test.each([30, 399, 400, 777, 5000])("finds a limit of %d by latency, and never exceeds it", async (limit) => {
	const { rate, probes } = await findHighestRate(async (tried) => result(tried <= limit ? 20 : 100, 0));
	expect(rate).toBeLessThanOrEqual(limit);
	expect(limit - rate).toBeLessThanOrEqual(Math.max(20, limit * 0.06));
	expect(probes.filter(({ holds }) => holds).every((probe) => probe.rate <= limit)).toBe(true);
});

test("errors are a limit too", async () => {
	const { rate } = await findHighestRate(async (tried) => result(1, tried <= 500 ? 0.0009 : 0.001));
	expect(rate).toBeGreaterThan(460);
	expect(rate).toBeLessThanOrEqual(500);
});

test("nothing holds", async () => {
	const { rate } = await findHighestRate(async () => result(1000, 0));
	expect(rate).toBe(0);
});
