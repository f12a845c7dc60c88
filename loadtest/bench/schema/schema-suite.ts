// The schema suite: 500 tables. How long apprun takes to start with them and how much memory, what a migration does to
// requests, what planning costs, and whether memory grows with tenants or roles.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { wideTables } from "../../../test/fixtures/fixture-sql.ts";
import { pssBytes } from "../processes.ts";
import { decimals, median, type Table } from "../render-table.ts";
import type { RunningApprun } from "../start-apprun.ts";
import type { Bench, Suite, SuiteReport } from "../suite.ts";
import type { InProcess } from "./in-process.ts";
import { measureReload, type Reload } from "./reload.ts";
import { makeWideDatabase, type WideDatabase } from "./wide-database.ts";

interface Started {
	readonly elapsedMs: number;
	readonly bytes: number | null;
}

/** `npm run bench -- schema`. */
export const schemaSuite: Suite = {
	summary: "500 tables: start, memory, a migration under load, planning, many tenants and roles",
	async run(bench): Promise<SuiteReport> {
		bench.note(`making a database with ${wideTables} tables`);
		const wide = await makeWideDatabase(bench.signal);
		try {
			const { apprun, starts } = await measureStarts(wide, bench);
			try {
				const inProcess = await measureInProcess(apprun, bench);
				const reload = await measureReload(apprun, bench);
				return {
					versions: { Node: process.versions.node },
					tables: [startTable(starts), reloadTable(reload), planningTable(inProcess), callersTable(inProcess)],
					results: { starts, reload, inProcess },
				};
			} finally {
				await apprun.stop();
			}
		} finally {
			wide.remove();
		}
	},
};

/** The last one is left running. */
async function measureStarts(
	wide: WideDatabase,
	{ options, note }: Bench,
): Promise<{ readonly apprun: RunningApprun; readonly starts: readonly Started[] }> {
	const starts: Started[] = [];
	for (let round = 1; ; round++) {
		note(`start ${round} of ${options.rounds}`);
		const startedAt = performance.now();
		const apprun = await wide.start();
		const elapsedMs = performance.now() - startedAt;
		starts.push({ elapsedMs, bytes: pssBytes({ name: "apprun", pid: apprun.run.pids.apprun, tree: false }) });
		if (round >= options.rounds) return { apprun, starts };
		await apprun.stop();
	}
}

async function measureInProcess({ config }: RunningApprun, { note, signal }: Bench): Promise<InProcess> {
	note("planning, and many tenants and roles, in a process of its own");
	const program = new URL("in-process.ts", import.meta.url).pathname;
	const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", program, config.dataDir], { signal });
	return JSON.parse(stdout) as InProcess;
}

const megabytes = (bytes: number) => decimals(bytes / 1e6, 1);

const startTable = (starts: readonly Started[]): Table => ({
	title: `Starting with ${wideTables} tables, on a data dir that has them: median of ${starts.length}`,
	columns: ["", "measured", "target"],
	words: 1,
	rows: [
		[
			"to ready, with Postgres and PostgREST, s",
			decimals(median(starts.map(({ elapsedMs }) => elapsedMs)) / 1000, 2),
			"3",
		],
		["memory of apprun (PSS), MB", megabytes(median(starts.flatMap(({ bytes }) => bytes ?? []))), "250"],
	],
	notes: [],
});

const reloadTable = ({ calm, migrating, migrations, seenAfter }: Reload): Table => ({
	title: `A list at a steady rate, without and with migrations (${migrations} columns added), ms`,
	columns: ["", "median", "p95", "p99", "errors", "target (p99)"],
	words: 1,
	rows: (
		[
			["calm", calm],
			["migrating", migrating],
		] as const
	).map(([name, { latency, errors }]) => [
		name,
		decimals(latency.p50, 1),
		decimals(latency.p95, 1),
		decimals(latency.p99, 1),
		String(errors),
		name === "calm" ? "–" : "200",
	]),
	notes: [`From the commit to an answer with the new column: median ${decimals(median(seenAfter), 0)} ms.`],
});

const planningTable = ({ loadMs, schemaBytes, fresh, repeatedMs }: InProcess): Table => ({
	title: "In one process",
	columns: ["", "measured", "target"],
	words: 1,
	rows: [
		["catalog read and types made, ms", decimals(loadMs, 0), "–"],
		["heap of the schema, MB", megabytes(schemaBytes), "–"],
		["a new document of 4 levels: planned, ms", decimals(fresh.plan, 3), "2"],
		["  parsed before that, ms", decimals(fresh.parse, 3), "–"],
		["  validated before that, ms", decimals(fresh.validate, 3), "–"],
		["a known one with new variables: planned, ms", decimals(repeatedMs, 4), "0.05"],
	],
	notes: ["Planned: from the document to the request to PostgREST."],
});

const callersTable = ({ callers }: InProcess): Table => ({
	title: "Heap after callers of so many tenants, then of so many roles, MB",
	columns: ["", "count", "heap"],
	words: 1,
	rows: callers.map(({ what, count, heapBytes }) => [what, String(count), megabytes(heapBytes)]),
	notes: ["What is remembered of a caller is bounded (10,000 principals): the schema is one for all of them."],
});
