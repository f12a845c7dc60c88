// Calls a function over and over, so many at once, and gives the times that it took and the rate.
import { setTimeout as sleep } from "node:timers/promises";
import type { InvocationResult } from "../../../src/functions/invocation.ts";
import { percentile } from "../render-table.ts";

export interface Calls {
	/** Milliseconds. */
	readonly p50: number;
	readonly p95: number;
	readonly perSecond: number;
	readonly calls: number;
	/** Calls whose status was not SUCCESS. */
	readonly failed: number;
}

export interface CallsOptions {
	readonly seconds: number;
	/** Rest between two calls of one caller. */
	readonly pauseMs?: number;
	readonly signal: AbortSignal;
}

/** @param call one for each of those that call at once */
export async function measureCalls(
	call: readonly (() => Promise<InvocationResult>)[],
	{ seconds, pauseMs = 0, signal }: CallsOptions,
): Promise<Calls> {
	const times: number[] = [];
	let failed = 0;
	const startedAt = performance.now();
	const until = startedAt + seconds * 1000;
	await Promise.all(
		call.map(async (one) => {
			while (performance.now() < until && !signal.aborted) {
				const begin = performance.now();
				if ((await one()).status !== "SUCCESS") failed += 1;
				times.push(performance.now() - begin);
				if (pauseMs > 0) await sleep(pauseMs);
			}
		}),
	);
	signal.throwIfAborted();
	const elapsed = (performance.now() - startedAt) / 1000;
	const perSecond = (times.length - failed) / elapsed;
	return { p50: percentile(times, 50), p95: percentile(times, 95), perSecond, calls: times.length, failed };
}
