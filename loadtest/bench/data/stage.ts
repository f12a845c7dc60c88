// Sets the stage of the data suite: apprun with its services, the two ways to its rows, the cases. Takes it down again.
import { Client } from "pg";
import type { ProcessGroup } from "../processes.ts";
import { type RunningApprun, startApprun } from "../start-apprun.ts";
import type { Bench } from "../suite.ts";
import { benchRowPrefix, type DataCase, dataCases, dataGroups } from "./cases.ts";
import { openTargets, type Target } from "./targets.ts";

/** Everything that a measurement of this suite needs. */
export interface Stage {
	readonly cases: readonly DataCase[];
	readonly targets: readonly [apprun: Target, postgrest: Target];
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

/**
 * Runs `work` on a stage of its own; everything has ended when it returns.
 * @param profileDir folder for the CPU profile of apprun, written when it ends; null: none
 */
export async function onStage<Outcome>(
	{ options, signal, note }: Bench,
	profileDir: string | null,
	work: (stage: Stage) => Promise<Outcome>,
): Promise<Outcome> {
	note("starting apprun on a throwaway data dir");
	const apprun = await startApprun({ root, settings, profileDir, signal });
	try {
		const database = new Client({ connectionString: apprun.run.database, application_name: "apprun bench" });
		await database.connect();
		try {
			return await withTargets(apprun, database, options.cases, work);
		} finally {
			await database.end();
		}
	} finally {
		await apprun.stop();
	}
}

async function withTargets<Outcome>(
	apprun: RunningApprun,
	database: Client,
	wanted: readonly string[],
	work: (stage: Stage) => Promise<Outcome>,
): Promise<Outcome> {
	const value = async (sql: string, values: string[] = []) =>
		String(Object.values((await database.query<Record<string, unknown>>(sql, values)).rows[0] ?? {})[0]);
	const productId = await value("select id from api.products where tenant_id = $1 order by name limit 1", [tenantId]);
	const targets = await openTargets(apprun, tenantId);
	try {
		return await work({
			cases: chooseCases(dataCases(productId), wanted),
			targets: [targets.apprun, targets.postgrest],
			groups: dataGroups(apprun.run.pids),
			postgresVersion: await value("show server_version"),
			async cleanUp() {
				await database.query("delete from api.products where starts_with(name, $1)", [benchRowPrefix]);
				await database.query("vacuum analyze api.products");
			},
		});
	} finally {
		await targets.close();
	}
}

function chooseCases(cases: readonly DataCase[], wanted: readonly string[]): readonly DataCase[] {
	const names = cases.map(({ name }) => name);
	const unknown = wanted.filter((name) => !names.includes(name));
	if (unknown.length > 0) throw new Error(`There is no case ${unknown.join(", ")}. The cases are ${names.join(", ")}.`);
	return wanted.length === 0 ? cases : cases.filter(({ name }) => wanted.includes(name));
}
