// The contract of a suite of `npm run bench`: options go in, tables for a person and results for a program come out.
import type { Table } from "./render-table.ts";

export interface BenchOptions {
	/** Measurements of each case and target; the median is reported. */
	readonly rounds: number;
	/** Length of one measurement, after its warm-up. */
	readonly seconds: number;
	/** Requests in flight. */
	readonly connections: number;
	/** Names of the cases to measure; empty: all. */
	readonly cases: readonly string[];
	/** Profiles apprun instead of comparing it. */
	readonly profile: boolean;
	/** A git ref to compare this checkout with instead; null: none. */
	readonly against: string | null;
}

/** What a suite runs with. */
export interface Bench {
	readonly options: BenchOptions;
	/** Aborted on Ctrl-C: the suite ends what it started and throws the reason. */
	readonly signal: AbortSignal;
	/** Tells a person what is being done. */
	note(text: string): void;
}

export interface SuiteReport {
	/** Versions of what was measured, by name. */
	readonly versions: Readonly<Record<string, string>>;
	readonly tables: readonly Table[];
	/** Plain data, for --json. */
	readonly results: Readonly<Record<string, unknown>>;
	/** What makes the command fail although everything was measured; left out: nothing. */
	readonly failure?: string | null;
}

export interface Suite {
	readonly summary: string;
	run(bench: Bench): Promise<SuiteReport>;
}
