// Runs the suites of `npm run bench` for the reports, and gives what each measured.

import { suites } from "./bench/suites.ts";
import type { Runner } from "./runner.ts";

/** What a suite measured, as `npm run bench -- <suite> --json` writes it. */
export interface SuiteResults {
	readonly versions: Readonly<Record<string, string>>;
	readonly results: Readonly<Record<string, unknown>>;
	/** What repeats it. */
	readonly command: string;
}

/** Connections of the owner's criterion. */
const connections = 100;
const quickCases: Readonly<Record<string, readonly string[]>> = {
	data: ["list"],
	identity: ["jwt-new", "jwt-known", "session-cached"],
	authorization: ["decisions"],
};

/** Runs them one after the other. */
export async function runSuites(runner: Runner): Promise<Record<string, SuiteResults>> {
	const { rounds, seconds, whole } = runner.effort.suites;
	const measured: Record<string, SuiteResults> = {};
	for (const name of ["data", "identity", "authorization", "functions"]) {
		const suite = suites[name];
		if (suite === undefined) throw new TypeError(`There is no suite ${name}.`);
		const cases = whole ? [] : (quickCases[name] ?? []);
		const note = (text: string) => runner.note(`${name}: ${text}`);
		const options = { rounds, seconds, connections, cases, profile: false, against: null };
		const { versions, results } = await suite.run({ options, signal: runner.signal, note });
		const chosen = cases.length === 0 ? "" : ` --case ${cases.join(",")}`;
		const command = `npm run bench -- ${name} --rounds ${rounds} --seconds ${seconds} --connections ${connections}${chosen}`;
		measured[name] = { versions, results, command };
	}
	return measured;
}
