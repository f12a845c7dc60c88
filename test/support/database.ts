// Databases for tests: SQL on a connection of its own, and databases that are made for one test file. The roles of a
// cluster are everybody's; what changes them needs a Postgres of its own.
import { Client } from "pg";
import { migrate } from "../../src/stack/migrate.ts";
import { seedDemo } from "../../src/stack/seed.ts";
import { startStack } from "../../src/stack/start-stack.ts";
import { throwawayStack } from "./test-stack-config.ts";

/** Runs SQL as a superuser; gives the rows of one statement. */
export async function query<Row extends object>(url: string, sql: string, values?: unknown[]): Promise<Row[]> {
	const client = new Client({ connectionString: url });
	await client.connect();
	try {
		return (await client.query<Row>(sql, values)).rows;
	} finally {
		await client.end();
	}
}

/** A database that `drop` removes. */
export interface TestDatabase {
	/** Superuser's URL. */
	readonly url: string;
	drop(): Promise<void>;
}

/** Makes an empty database beside the one of `url`. */
export async function createDatabase(url: string, name: string): Promise<TestDatabase> {
	await query(url, `create database ${name}`);
	const created = new URL(url);
	created.pathname = `/${name}`;
	return { url: created.href, drop: async () => void (await query(url, `drop database ${name} with (force)`)) };
}

/** Migrates a database with what the running stack has set, so that its roles stay as they are; seeds it if asked. */
export async function prepareDatabase(url: string, { demo }: { readonly demo: boolean }): Promise<void> {
	await migrate(url, { authenticatorPassword: null, statementTimeoutMs: 10_000 }, () => {});
	if (demo) await seedDemo(url, () => {});
}

/** A Postgres of a test file's own. */
export interface OwnPostgres {
	/** Superuser's URL of a database that is migrated and without the demo. */
	readonly url: string;
	stop(): Promise<void>;
}

/** Starts a whole cluster, for tests that change roles. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
	const throwaway = throwawayStack({ APPRUN_KRATOS: "off", APPRUN_DEMO: "off" });
	const stack = await startStack(throwaway.config, () => {});
	return {
		url: stack.endpoints.databaseUrl,
		async stop() {
			await stack.stop();
			throwaway.remove();
		},
	};
}
