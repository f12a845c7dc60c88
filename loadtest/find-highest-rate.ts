// Finds the highest rate that holds: grows until it does not, then halves the interval. Gives every rate that it tried.
import type { LoadResult } from "./run-k6.ts";
import { mostErrors } from "./thresholds.ts";

/** One rate that was tried. */
export interface Probe {
	readonly rate: number;
	/** p95 in milliseconds. */
	readonly p95: number;
	readonly errorRate: number;
	readonly holds: boolean;
}

/** p95 in milliseconds that a rate must keep below. */
export const limitLatencyMs = 100;

const firstRate = 400;
const growth = 1.6;
/** The interval is small enough when its ends differ by less than this. */
const precision = 1.06;
const highest = 20_000;

/** @param measure loads at a rate, in requests a second */
export async function findHighestRate(
	measure: (rate: number) => Promise<LoadResult>,
): Promise<{ readonly rate: number; readonly probes: readonly Probe[] }> {
	const probes: Probe[] = [];
	const holds = async (rate: number) => {
		const { latency, errorRate } = await measure(rate);
		const held = latency.p95 < limitLatencyMs && errorRate < mostErrors;
		probes.push({ rate, p95: latency.p95, errorRate, holds: held });
		return held;
	};
	let low = 0;
	let high = firstRate;
	while (high < highest && (await holds(high))) {
		low = high;
		high = Math.round(high * growth);
	}
	while (high - low > Math.max(20, low * (precision - 1))) {
		const middle = Math.round((low + high) / 2);
		if (await holds(middle)) low = middle;
		else high = middle;
	}
	return { rate: low, probes };
}
