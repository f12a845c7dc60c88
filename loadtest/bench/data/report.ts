// Samples of the data suite → tables for a person.
import type { Measurement } from "../measure.ts";
import { decimals, median, type Table } from "../render-table.ts";
import type { BenchOptions } from "../suite.ts";
import type { TargetName } from "./targets.ts";
import type { UnloadedSample } from "./unloaded.ts";

/** One measurement of a case. */
export interface Sample extends Measurement {
	readonly case: string;
	readonly target: TargetName;
	/** From 1. */
	readonly round: number;
}

/** Rates, latencies, CPU time and memory; the median of the rounds. */
export function loadTable(samples: readonly Sample[], { connections, rounds, seconds }: BenchOptions): Table {
	const groups = Object.keys(samples[0]?.cpuSecondsPer1000 ?? {});
	return {
		title: `${connections} connections, median of ${rounds} × ${seconds} s`,
		columns: [
			...["case", "target", "req/s", "ratio", "p50 ms", "p95 ms", "p99 ms", "errors", "CPU ratio"],
			...groups.map((group) => `CPU ${group}`),
			...groups.map((group) => `MB ${group}`),
		],
		rows: byCaseAndTarget(samples).map((rounds) => [
			...rateCells(rounds, samples),
			decimals(
				ratio(rounds, samples, (each) => 1 / totalCpu(each)),
				2,
			),
			...groups.map((group) => decimals(median(rounds.map((each) => each.cpuSecondsPer1000[group] ?? NaN)), 2)),
			...groups.map((group) => decimals(median(rounds.map((each) => each.pssBytes[group] ?? NaN)) / 1e6, 0)),
		]),
		words: 2,
		notes: [
			"ratio: requests/s to those of PostgREST in the same round · CPU ratio: what CPU time alone would make it, which other work on the machine changes least",
			"CPU: seconds of it per 1,000 requests · MB: PSS after the measurement · postgres: all its processes",
		],
	};
}

/** What a fixed rate does to latencies. */
export function rateTable(samples: readonly Sample[], perSecond: number): Table {
	return {
		title: `${perSecond} requests/s`,
		columns: ["case", "target", "req/s", "p50 ms", "p95 ms", "p99 ms", "errors"],
		rows: samples.map(({ case: name, target, requestsPerSecond, latency, errors }) => [
			...[name, target, decimals(requestsPerSecond, 0)],
			...[latency.p50, latency.p95, latency.p99].map((value) => decimals(value, 1)),
			String(errors),
		]),
		words: 2,
		notes: ["evenly spaced; latencies count from when a request was due. Fewer req/s than that: it could not keep up"],
	};
}

/** What a request takes when there is no other. */
export function unloadedTable(samples: readonly UnloadedSample[]): Table {
	return {
		title: "One request at a time",
		columns: ["case", "target", "first ms", "median ms", "p95 ms"],
		rows: samples.map(({ case: name, target, first, median: middle, p95 }) => [
			...[name, target],
			...[first, middle, p95].map((value) => decimals(value, 1)),
		]),
		words: 2,
		notes: [
			"first: with its connection; of apprun also the first of that operation, and in the first line the first of all",
		],
	};
}

function rateCells(rounds: readonly Sample[], all: readonly Sample[]): string[] {
	const [{ case: name, target }] = rounds as [Sample];
	const rate = median(rounds.map(({ requestsPerSecond }) => requestsPerSecond));
	const rateRatio = ratio(rounds, all, ({ requestsPerSecond }) => requestsPerSecond);
	const errors = rounds.reduce((sum, each) => sum + each.errors, 0);
	const latency = (key: "p50" | "p95" | "p99") => decimals(median(rounds.map((each) => each.latency[key])), 1);
	return [
		...[name, target, decimals(rate, 0), decimals(rateRatio, 2)],
		...[latency("p50"), latency("p95"), latency("p99"), String(errors)],
	];
}

/** Each round against the same round with PostgREST alone, which ran just before or after it; the median of those. */
function ratio(rounds: readonly Sample[], all: readonly Sample[], value: (sample: Sample) => number): number {
	const ratios = rounds.map((sample) => {
		const { case: name, round } = sample;
		const alone = all.find((each) => each.case === name && each.round === round && each.target === "postgrest");
		return alone === undefined ? Number.NaN : value(sample) / value(alone);
	});
	return median(ratios);
}

/** CPU seconds of all processes together, for 1,000 requests. */
function totalCpu({ cpuSecondsPer1000 }: Sample): number {
	return Object.values(cpuSecondsPer1000).reduce<number>((sum, seconds) => sum + (seconds ?? Number.NaN), 0);
}

function byCaseAndTarget(samples: readonly Sample[]): Sample[][] {
	return [...Map.groupBy(samples, ({ case: name, target }) => `${name} ${target}`).values()];
}
