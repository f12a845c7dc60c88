// A calm tenant's calls, alone and beside 200 endless calls of another tenant, in turns on hosts of their own each time:
// what a flood does to others is the ratio of the two.
import { setTimeout as sleep } from "node:timers/promises";
import { readExample } from "../../../test/support/functions/examples.ts";
import { startTestHosts } from "../../../test/support/functions/test-hosts.ts";
import { wat } from "../../../test/support/functions/wat.ts";
import { decimals, median, type Table } from "../render-table.ts";
import type { Bench } from "../suite.ts";
import { type Calls, measureCalls } from "./measure-calls.ts";

/** One round of a way of calling. */
export interface FloodSample {
	/** Milliseconds between the calm tenant's calls; 0: one after the other. */
	readonly pauseMs: number;
	readonly alone: Calls;
	readonly beside: Calls;
}

const flooding = 200;
const pauses = [0, 5];
const seconds = 1;

/** Measures each way `rounds` times. */
export async function measureBesideFlood(bench: Bench): Promise<FloodSample[]> {
	const samples: FloodSample[] = [];
	for (let round = 0; round < bench.options.rounds; round++)
		for (const pauseMs of pauses) samples.push(await measureRound(pauseMs, bench));
	return samples;
}

async function measureRound(pauseMs: number, { signal }: Bench): Promise<FloodSample> {
	const hosts = await startTestHosts();
	try {
		const add = { bytes: readExample("add-rust").bytes, name: "add", input: [1, 2], tenantId: "calm" };
		const calm = [await hosts.prepare(add)];
		const endless = { bytes: wat(`(module (func (export "run") (loop br 0)))`), limits: { timeMs: 200 } };
		const slow = await hosts.prepare({ ...endless, tenantId: "flood" });
		await measureCalls(calm, { seconds, signal });
		const alone = await measureCalls(calm, { seconds, pauseMs, signal });
		let over = false;
		const flood = Array.from({ length: flooding }, async () => {
			while (!over) await slow();
		});
		await sleep(400);
		const beside = await measureCalls(calm, { seconds, pauseMs, signal });
		over = true;
		hosts.stop();
		await Promise.all(flood);
		return { pauseMs, alone, beside };
	} finally {
		await hosts.stop();
	}
}

/** The median ratio of a calm tenant's p95 beside a flood to that without it. */
export function floodRatio(samples: readonly FloodSample[], pauseMs: number): number {
	return median(samples.filter((each) => each.pauseMs === pauseMs).map(({ alone, beside }) => beside.p95 / alone.p95));
}

/** For a person. */
export function floodTable(samples: readonly FloodSample[]): Table {
	const rows = pauses.map((pauseMs) => {
		const own = samples.filter((each) => each.pauseMs === pauseMs);
		const middle = (value: (sample: FloodSample) => number) => decimals(median(own.map(value)), 3);
		return [
			pauseMs === 0 ? "one call after the other" : `a call, then ${pauseMs} ms of rest`,
			...[middle(({ alone }) => alone.p50), middle(({ alone }) => alone.p95)],
			...[middle(({ beside }) => beside.p50), middle(({ beside }) => beside.p95)],
			decimals(floodRatio(samples, pauseMs), 2),
		];
	});
	return {
		title: `A tenant's hot add alone, and beside ${flooding} endless calls of another tenant (ms)`,
		columns: ["", "alone p50", "p95", "beside p50", "p95", "ratio of p95"],
		rows,
		words: 1,
		notes: ["medians of the rounds; the endless calls are killed after 200 ms each, their hosts replaced"],
	};
}
