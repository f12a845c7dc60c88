// Weights and rates of the resources suite → tables for a person, and the same as data.
import { decimals, median, type Table } from "../render-table.ts";
import type { SuiteReport } from "../suite.ts";
import type { Answered } from "./resources-suite.ts";
import { services, type Weight } from "./weigh.ts";

/** What everything together may weigh, in MB (10^6 bytes), and how much more of it at the end than at the start. */
const mostMegabytes = 448;
const mostGrowth = 1.05;
const minuteSeconds = 60;

/** Makes the report. */
export function report(answered: readonly Answered[], weights: readonly Weight[]): SuiteReport {
	const lastSecond = weights.at(-1)?.second ?? 0;
	const first = weights.filter(({ second }) => second <= minuteSeconds);
	const last = weights.filter(({ second }) => second >= lastSecond - minuteSeconds);
	const rows = [...services, "together" as const].map((name) => {
		const megabytes = (some: readonly Weight[]) => some.map((weight) => bytesOf(weight, name) / 1e6);
		return {
			name,
			first: median(megabytes(first)),
			last: median(megabytes(last)),
			most: Math.max(...megabytes(weights)),
		};
	});
	const together = rows.at(-1);
	const growth = (together?.last ?? Number.NaN) / (together?.first ?? Number.NaN);
	return {
		versions: {},
		tables: [memoryTable(rows, lastSecond, growth), answersTable(answered)],
		results: { mostMegabytes, mostGrowth, megabytes: rows, growth, answered, weights },
	};
}

function bytesOf(weight: Weight, name: (typeof services)[number] | "together"): number {
	return name === "together" ? services.reduce((sum, service) => sum + weight[service], 0) : weight[name];
}

interface Row {
	readonly name: string;
	readonly first: number;
	readonly last: number;
	readonly most: number;
}

function memoryTable(rows: readonly Row[], seconds: number, growth: number): Table {
	return {
		title: `Memory during ${decimals(seconds, 0)} s of load, MB of PSS`,
		columns: ["service", "first minute", "last minute", "most"],
		rows: rows.map(({ name, ...megabytes }) => [
			name,
			...[megabytes.first, megabytes.last, megabytes.most].map((value) => decimals(value, 0)),
		]),
		words: 1,
		notes: [
			`medians; together ${decimals((growth - 1) * 100, 1)} % more in the last minute than in the first (at most ${decimals((mostGrowth - 1) * 100, 0)} %), and at most ${mostMegabytes} is the aim`,
		],
	};
}

function answersTable(answered: readonly Answered[]): Table {
	return {
		title: "What was answered meanwhile",
		columns: ["case", "req/s", "p50 ms", "p95 ms", "p99 ms", "errors"],
		rows: answered.map(({ case: name, requestsPerSecond, latency, errors }) => [
			...[name, decimals(requestsPerSecond, 0)],
			...[latency.p50, latency.p95, latency.p99].map((value) => decimals(value, 1)),
			String(errors),
		]),
		words: 1,
		notes: ["evenly spaced, at the same time; latencies count from when a request was due"],
	};
}
