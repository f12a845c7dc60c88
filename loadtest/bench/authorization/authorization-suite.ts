// The authorization suite: decisions a second, loading many tenants' rules, what a check costs a request, and how soon a
// change is enforced by another process.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Client } from "pg";
import { root } from "../data/stage.ts";
import { decimals, percentile, type Table } from "../render-table.ts";
import { type RunningApprun, startApprun } from "../start-apprun.ts";
import type { Bench, Suite, SuiteReport } from "../suite.ts";
import { type DecideRates, measureDecideRates } from "./decide-rates.ts";
import { measureOverhead, type Overhead } from "./overhead.ts";
import { measurePropagation } from "./propagation.ts";

const rulesOfOneTenant = 6_000;
const tenants = 1_000;
const rulesOfEach = 100;
const changes = 40;
const lengths = [1, 1_000];

interface Loaded {
	readonly elapsedMs: number;
	readonly bytes: number;
}

/** `npm run bench -- authorization`. */
export const authorizationSuite: Suite = {
	summary: "decisions, loading of rules, what a check costs, how soon a change is enforced",
	async run(bench): Promise<SuiteReport> {
		bench.note("decisions in memory");
		const rates = await measureDecideRates(rulesOfOneTenant, bench.options.seconds / 3);
		bench.note("starting apprun on a throwaway data dir");
		const apprun = await startApprun({
			root,
			settings: { APPRUN_KRATOS: "off" },
			profileDir: null,
			signal: bench.signal,
		});
		try {
			return await withDatabase(apprun, bench, rates);
		} finally {
			await apprun.stop();
		}
	},
};

async function withDatabase(apprun: RunningApprun, bench: Bench, rates: DecideRates): Promise<SuiteReport> {
	const database = new Client({ connectionString: apprun.run.database, application_name: "apprun bench" });
	await database.connect();
	try {
		const overhead = await measureOverhead(apprun, bench, lengths);
		bench.note("changes of a rule, followed by another process");
		const delays = await measurePropagation(database, apprun.run.database, changes);
		bench.note(`${tenants} tenants with ${rulesOfEach} rules each`);
		await addTenants(database);
		const loaded = await load(apprun.run.database);
		const delaysAmongMany = await measurePropagation(database, apprun.run.database, changes);
		const { rows } = await database.query<{ server_version: string }>("show server_version");
		return {
			versions: { Postgres: rows[0]?.server_version ?? "unknown" },
			tables: [
				decisionTable(rates),
				overheadTable(overhead),
				changeTable([
					["with the seeded rules", delays],
					[`with ${tenants * rulesOfEach} more`, delaysAmongMany],
				]),
				loadTable(loaded),
			],
			results: { rates, overhead, delays, delaysAmongMany, loaded },
		};
	} finally {
		await database.end();
	}
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
	columns: ["rows", "without authorization", "with", "added", "target"],
	words: 0,
	rows: found.map(({ rows, without, with: guarded }) => [
		String(rows),
		decimals(without, 1),
		decimals(guarded, 1),
		`${decimals((guarded / without - 1) * 100, 1)} %`,
		"3 %",
	]),
	notes: ["Execution only: HTTP is not in it, so the part of authorization in a whole request is smaller."],
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
