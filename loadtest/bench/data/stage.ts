// Sets the stage of the data suite: apprun with its services, the two ways to its rows, the cases. Takes it down again.
import { Client } from "pg";
import type { ProcessGroup } from "../processes.ts";
import { type RunningApprun, startApprun } from "../start-apprun.ts";
import type { Bench } from "../suite.ts";
import { benchRowPrefix, type DataCase, dataCases, dataGroups } from "./cases.ts";
import { apprunTarget, openPostgrest, type Target } from "./targets.ts";

/** Everything that a measurement of this suite needs. */
export interface Stage {
	readonly cases: readonly DataCase[];
	readonly apprun: Target;
	/** apprun, and PostgREST where it is measured beside it. */
	readonly targets: readonly Target[];
	readonly groups: readonly ProcessGroup[];
	readonly postgresVersion: string;
	/** Removes the rows that a write case made. */
	cleanUp(): Promise<void>;
}

/** This checkout. */
export const root = new URL("../../../", import.meta.url).pathname.replace(/\/$/, "");

/** Tenant acme of the demo. */
const tenantId = "11111111-1111-4111-8111-111111111111";
/** How people sign in is not what is measured. */
const settings = { APPRUN_KRATOS: "off" };

export interface StageOptions {
	/** Checkout to start; left out: this one. */
	readonly checkout?: string;
	/** Folder for the CPU profile of apprun, written when it ends; left out: none. */
	readonly profileDir?: string;
	/** Measures PostgREST as well. */
	readonly besidePostgrest: boolean;
}

/** Runs `work` on a stage of its own; everything has ended when it returns. */
export async function onStage<Outcome>(
	{ options, signal, note }: Bench,
	{ checkout = root, profileDir, besidePostgrest }: StageOptions,
	work: (stage: Stage) => Promise<Outcome>,
): Promise<Outcome> {
	note(`starting apprun of ${checkout === root ? "this checkout" : checkout} on a throwaway data dir`);
	const apprun = await startApprun({ root: checkout, settings, profileDir: profileDir ?? null, signal });
	try {
		const database = new Client({ connectionString: apprun.run.database, application_name: "apprun bench" });
		await database.connect();
		try {
			return await withTargets({ apprun, database, wanted: options.cases, besidePostgrest }, work);
		} finally {
			await database.end();
		}
	} finally {
		await apprun.stop();
	}
}

async function withTargets<Outcome>(
	from: {
		readonly apprun: RunningApprun;
		readonly database: Client;
		/** Names of cases; empty: all. */
		readonly wanted: readonly string[];
		readonly besidePostgrest: boolean;
	},
	work: (stage: Stage) => Promise<Outcome>,
): Promise<Outcome> {
	const { apprun, database, wanted } = from;
	const value = async (sql: string, values: string[] = []) =>
		String(Object.values((await database.query<Record<string, unknown>>(sql, values)).rows[0] ?? {})[0]);
	const productId = await value("select id from api.products where tenant_id = $1 order by name limit 1", [tenantId]);
	const ours = apprunTarget(apprun, tenantId);
	const beside = from.besidePostgrest ? await openPostgrest(apprun, ours) : null;
	try {
		return await work({
			cases: chooseCases(dataCases(productId), wanted),
			apprun: ours,
			targets: beside === null ? [ours] : [ours, beside.target],
			groups: dataGroups(apprun.run.pids),
			postgresVersion: await value("show server_version"),
			async cleanUp() {
				await database.query("delete from api.products where starts_with(name, $1)", [benchRowPrefix]);
				await database.query("vacuum analyze api.products");
			},
		});
	} finally {
		await beside?.close();
	}
}

function chooseCases(cases: readonly DataCase[], wanted: readonly string[]): readonly DataCase[] {
	const names = cases.map(({ name }) => name);
	const unknown = wanted.filter((name) => !names.includes(name));
	if (unknown.length > 0) throw new Error(`There is no case ${unknown.join(", ")}. The cases are ${names.join(", ")}.`);
	return wanted.length === 0 ? cases : cases.filter(({ name }) => wanted.includes(name));
}
