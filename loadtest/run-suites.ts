// Runs the suites of `npm run bench` for the reports, and gives what each measured.
import { profileData } from "./bench/data/profile-data.ts";
import { suites } from "./bench/suites.ts";
import { stagesName } from "./results.ts";
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

/** Short: where a request spends its time is asked, not how many there are a second. */
const profileSeconds = 3;
const profileConnections = 32;

/** Runs them one after the other, and a profile of the data suite last. */
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
	return { ...measured, [stagesName]: await profileStages(runner) };
}

/** Only what the reports show of it: every function of a profile would be most of the file that is kept. */
async function profileStages({ signal, note }: Runner): Promise<SuiteResults> {
	const options = { rounds: 1, seconds: profileSeconds, connections: profileConnections, cases: [], against: null };
	const bench = { options: { ...options, profile: true }, signal, note: (text: string) => note(`stages: ${text}`) };
	const { versions, results } = await profileData(bench);
	const command = `npm run bench -- data --profile --seconds ${profileSeconds} --connections ${profileConnections}`;
	return { versions, results: { stages: results["stages"] }, command };
}
