// The authorization suite: decisions a second, loading many tenants' rules, what a check costs a request, and how soon a
// change is enforced by another process.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Client } from "pg";
import { root } from "../data/stage.ts";
import { decimals, median, percentile, type Table } from "../render-table.ts";
import { type RunningApprun, startApprun } from "../start-apprun.ts";
import type { Bench, Suite, SuiteReport } from "../suite.ts";
import { type DecideRates, measureDecideRates } from "./decide-rates.ts";
import { measureOverhead, type Overhead } from "./overhead.ts";
import { measurePropagation } from "./propagation.ts";

const rulesOfOneTenant = 6_000;
const tenants = 1_000;
const rulesOfEach = 100;
const changesFollowed = 40;
const lengths = [1, 1_000];

interface Loaded {
	readonly elapsedMs: number;
	readonly bytes: number;
}

/** What the suite measures, in this order. */
const caseNames = ["decisions", "overhead", "changes", "loading"] as const;

/** `npm run bench -- authorization`. */
export const authorizationSuite: Suite = {
	summary: `what a check costs, how soon a change is enforced (cases ${caseNames.join(", ")})`,
	async run(bench): Promise<SuiteReport> {
		const { cases } = bench.options;
		const unknown = cases.find((name) => !caseNames.some((known) => known === name));
		if (unknown !== undefined) throw new Error(`There is no case ${unknown}; there are ${caseNames.join(", ")}.`);
		const wanted = caseNames.filter((name) => cases.length === 0 || cases.includes(name));
		const measured: Measured[] = [];
		if (wanted.includes("decisions")) {
			bench.note("decisions in memory");
			const rates = await measureDecideRates(rulesOfOneTenant, bench.options.seconds / 3);
			measured.push({ tables: [decisionTable(rates)], results: { rates } });
		}
		const onDatabase = wanted.filter((name) => name !== "decisions");
		const versions = onDatabase.length === 0 ? {} : await withApprun(bench, onDatabase, measured);
		return {
			versions,
			tables: measured.flatMap(({ tables }) => tables),
			results: Object.assign({}, ...measured.map(({ results }) => results)),
		};
	},
};

type Measured = Pick<SuiteReport, "tables" | "results">;

async function withApprun(
	bench: Bench,
	wanted: readonly (typeof caseNames)[number][],
	measured: Measured[],
): Promise<SuiteReport["versions"]> {
	bench.note("starting apprun on a throwaway data dir");
	const settings = { APPRUN_KRATOS: "off" };
	const apprun = await startApprun({ root, settings, profileDir: null, signal: bench.signal });
	const database = new Client({ connectionString: apprun.run.database, application_name: "apprun bench" });
	try {
		await database.connect();
		if (wanted.includes("overhead")) {
			const overhead = await measureOverhead(apprun, bench, lengths);
			measured.push({ tables: [overheadTable(overhead)], results: { overhead } });
		}
		const changes = wanted.includes("changes");
		if (changes || wanted.includes("loading")) measured.push(await measureRules({ apprun, bench, database, changes }));
		const { rows } = await database.query<{ server_version: string }>("show server_version");
		return { Postgres: rows[0]?.server_version ?? "unknown" };
	} finally {
		await database.end();
		await apprun.stop();
	}
}

/** Loads many tenants' rules; before and after, follows changes in another process, if `changes` says so. */
async function measureRules(from: {
	readonly apprun: RunningApprun;
	readonly bench: Bench;
	readonly database: Client;
	readonly changes: boolean;
}): Promise<Measured> {
	const { apprun, bench, database } = from;
	const follow = async () => {
		if (!from.changes) return [];
		bench.note("changes of a rule, followed by another process");
		return await measurePropagation(database, apprun.run.database, changesFollowed);
	};
	const delays = await follow();
	bench.note(`${tenants} tenants with ${rulesOfEach} rules each`);
	await addTenants(database);
	const loads: Loaded[] = [];
	for (let round = 0; round < bench.options.rounds; round++) loads.push(await load(apprun.run.database));
	const loaded = {
		elapsedMs: median(loads.map(({ elapsedMs }) => elapsedMs)),
		bytes: median(loads.map(({ bytes }) => bytes)),
	};
	const delaysAmongMany = await follow();
	const changed: (readonly [string, readonly number[]])[] = [
		["with the seeded rules", delays],
		[`with ${tenants * rulesOfEach} more`, delaysAmongMany],
	];
	return {
		tables: [...(from.changes ? [changeTable(changed)] : []), loadTable(loaded)],
		results: { ...(from.changes ? { delays, delaysAmongMany } : {}), loads },
	};
}

async function addTenants(database: Client): Promise<void> {
	await database.query(
		`insert into apprun.casbin_rule (ptype, v0, v1, v2, v3, v4)
		select 'p', 'role:r' || rule % 10, tenant, 'data:api/t' || rule / 10 || '/c' || rule % 10,
			case rule % 2 when 0 then 'select' else 'update' end, 'allow'
		from (select gen_random_uuid()::text as tenant from generate_series(1, $1)) as tenants, generate_series(1, $2) as rule`,
		[tenants, rulesOfEach],
	);
}

async function load(databaseUrl: string): Promise<Loaded> {
	const program = new URL("load-policies.ts", import.meta.url).pathname;
	const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", program, databaseUrl]);
	return JSON.parse(stdout) as Loaded;
}

const decisionTable = ({ warm, cold, lists }: DecideRates): Table => ({
	title: `Decisions a second of CPU time, in a tenant with ${rulesOfOneTenant} rules`,
	columns: ["", "per second", "target"],
	words: 1,
	rows: [
		["made before", decimals(warm, 0), "1000000"],
		["made for the first time", decimals(cold, 0), "10000"],
		["all 8 touches of a field, made before", decimals(lists, 0), "–"],
	],
	notes: [],
});

const overheadTable = (found: readonly Overhead[]): Table => ({
	title: "CPU of this process for a list whose operation is known, µs a request",
	columns: ["rows", "without authorization", "added", "95 % between", "added", "target"],
	words: 0,
	rows: found.map(({ rows, without, added, addedBetween: [least, most] }) => [
		String(rows),
		decimals(without, 1),
		decimals(added, 1),
		`${decimals(least, 1)} and ${decimals(most, 1)}`,
		`${decimals((added / without) * 100, 1)} %`,
		"3 %",
	]),
	notes: ["Whole requests over HTTP, one at a time, so that none is as warm as under load."],
});

const changeTable = (found: readonly (readonly [name: string, delays: readonly number[]])[]): Table => ({
	title: "From a commit to the changed decision in another process, ms",
	columns: ["", "median", "p95", "target (median)"],
	words: 1,
	rows: found.map(([name, delays]) => [
		name,
		decimals(percentile(delays, 50), 1),
		decimals(percentile(delays, 95), 1),
		"10",
	]),
	notes: [],
});

const loadTable = ({ elapsedMs, bytes }: Loaded): Table => ({
	title: `Loading ${tenants} tenants with ${rulesOfEach} rules each`,
	columns: ["", "measured", "target"],
	words: 1,
	rows: [
		["time, ms", decimals(elapsedMs, 0), "1000"],
		["memory, all tenants indexed, MB", decimals(bytes / 1e6, 0), "120"],
	],
	notes: [],
});
