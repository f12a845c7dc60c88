// What a load test measured, as it is kept: poc-results/results.json. Written whole or not at all; the reports are made of
// it and of nothing else.
import { readFileSync } from "node:fs";
import type { Machine } from "./bench/machine.ts";
import type { ComparedLoad } from "./compared-load.ts";
import type { Effort } from "./effort.ts";
import type { OwnLoad } from "./own-load.ts";
import type { SuiteResults } from "./run-suites.ts";

export interface Results {
	readonly machine: Machine;
	/** Of what was measured, by name. */
	readonly versions: Readonly<Record<string, string>>;
	/** What repeats it. */
	readonly command: string;
	readonly effort: Effort;
	/** Length of the whole run. */
	readonly seconds: number;
	readonly compared: ComparedLoad;
	readonly own: OwnLoad;
	readonly suites: Readonly<Record<string, SuiteResults>>;
}

export const resultsName = "results.json";
/** Among the suites: the profile of apprun by stage. Results that were kept before there was one have none. */
export const stagesName = "stages";

/** As it is written: numbers with four decimals, which is more than they are good for. */
export function formatResults(results: Results): string {
	const short = (_name: string, value: unknown) =>
		typeof value === "number" && Number.isFinite(value) ? Math.round(value * 1e4) / 1e4 : value;
	return `${JSON.stringify(results, short, "\t")}\n`;
}

/** @throws Error or SyntaxError when it cannot be read */
export function readResults(path: string): Results {
	return JSON.parse(readFileSync(path, "utf8")) as Results;
}
