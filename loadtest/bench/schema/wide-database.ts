// A data dir whose database holds 500 tables, and `apprun start` on it as often as wanted. `remove` leaves nothing behind.
import { Client } from "pg";
import { fixtureSql } from "../../../test/fixtures/fixture-sql.ts";
import { throwawayStack } from "../../../test/support/test-stack-config.ts";
import { root } from "../data/stage.ts";
import { type RunningApprun, startApprun } from "../start-apprun.ts";

export interface WideDatabase {
	/** Starts apprun, exposing the 500 tables alone, and waits until it is ready. */
	start(): Promise<RunningApprun>;
	remove(): void;
}

/** Makes it: a first start seeds the demo, and the 500 tables are put beside it. */
export async function makeWideDatabase(signal: AbortSignal): Promise<WideDatabase> {
	const throwaway = throwawayStack();
	const { dataDir } = throwaway.config;
	const start = (schemas: string) =>
		startApprun({
			root,
			settings: { APPRUN_DATA_DIR: dataDir, APPRUN_KRATOS: "off", APPRUN_DB_SCHEMAS: schemas },
			profileDir: null,
			signal,
		});
	try {
		const first = await start("api");
		try {
			await load(first.run.database);
		} finally {
			await first.stop();
		}
	} catch (error) {
		throwaway.remove();
		throw error;
	}
	return { start: () => start("wide"), remove: throwaway.remove };
}

async function load(databaseUrl: string): Promise<void> {
	const client = new Client({ connectionString: databaseUrl, application_name: "apprun bench" });
	await client.connect();
	try {
		await client.query(fixtureSql("wide"));
		await client.query("vacuum analyze");
	} finally {
		await client.end();
	}
}
