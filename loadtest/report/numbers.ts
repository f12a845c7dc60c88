// Results → what the reports say about memory, CPU and rates. Pure.
import type { WayName } from "../../src/postgraphile/ways.ts";
import { median } from "../bench/render-table.ts";
import type { ComparedRun } from "../compared-load.ts";
import type { OwnRun } from "../own-load.ts";
import type { Results } from "../results.ts";
import type { LoadResult } from "../run-k6.ts";
import type { MemorySample } from "../watch-processes.ts";

export const megabytes = (bytes: number): number => bytes / 1e6;
export const mebibytes = (bytes: number): number => bytes / 2 ** 20;

/** The run of a scenario. @throws Error when the results have none */
export function runOf({ own }: Results, scenario: string): OwnRun {
	const found = own.runs.find((run) => run.scenario === scenario);
	if (found === undefined) throw new Error(`The results have no scenario ${scenario}.`);
	return found;
}

/** Bytes of all groups together at one moment. */
export function totalOf({ pssBytes }: MemorySample): number {
	return Object.values(pssBytes).reduce((sum, bytes) => sum + bytes, 0);
}

/** The moment with the most memory. */
export function peakOf({ processes }: LoadResult): MemorySample {
	return processes.memory.reduce((most, sample) => (totalOf(sample) > totalOf(most) ? sample : most));
}

/** Memory of the first and of the last minute of a run; of a shorter run, of its first and last fifth. */
export function growthOf({ processes: { memory }, seconds }: LoadResult) {
	const length = Math.min(60, seconds / 5);
	const end = memory.at(-1)?.at ?? 0;
	const mean = (samples: readonly MemorySample[]) =>
		samples.reduce((sum, sample) => sum + totalOf(sample), 0) / samples.length;
	const first = mean(memory.filter(({ at }) => at <= Math.max(length, memory[0]?.at ?? 0)));
	const last = mean(memory.filter(({ at }) => at >= end - length));
	return { length, first, last, percent: (last / first - 1) * 100 };
}

/** CPU milliseconds a request, by group; null: unknown. */
export function cpuPerRequest({ processes, requests }: LoadResult): Record<string, number | null> {
	return Object.fromEntries(
		Object.entries(processes.cpuSeconds).map(([name, seconds]) => [
			name,
			seconds === null ? null : (seconds * 1000) / Math.max(1, requests),
		]),
	);
}

/** Runs of one question, way and rate. */
export interface RateRounds {
	readonly question: string;
	readonly way: WayName;
	readonly rate: number;
	readonly rounds: readonly ComparedRun[];
}

/** The runs at fixed rates, the rounds of one together. */
export function byRate({ compared }: Results): RateRounds[] {
	const grouped = Map.groupBy(compared.runs, ({ question, way, rate }) => `${question} ${way} ${rate}`);
	return [...grouped.values()].map((rounds) => {
		const [{ question, way, rate }] = rounds as [ComparedRun];
		return { question, way, rate, rounds };
	});
}

/** The middle of a number of every round. */
export function middle({ rounds }: RateRounds, value: (result: LoadResult) => number): number {
	return median(rounds.map(({ result }) => value(result)));
}

/** CPU milliseconds a request over all groups. */
export function totalCpu(result: LoadResult): number {
	return Object.values(cpuPerRequest(result)).reduce<number>((sum, value) => sum + (value ?? Number.NaN), 0);
}
