// Counts the statements that callers' roles have Postgres run, by pg_stat_statements; without those that begin and end a
// transaction, which it does not see when they are prepared. Gives null where it is not loaded: `start` loads it together
// with PostGraphile.
import { Client } from "pg";

export interface OpenStatementCounter {
	reset(): Promise<void>;
	/** Statements since `reset`. */
	count(): Promise<number>;
	close(): Promise<void>;
}

/** What PostgREST and PostGraphile log in as and become; apprun's own statements run as the owner. */
const callers = ["apprun_authenticator", "apprun_user", "apprun_anonymous"];

/** Installs what counts into the embedded database: before PostgREST reads it, which reads all of it again after a change. */
export async function installStatementCounter(databaseUrl: string): Promise<void> {
	const client = new Client({ connectionString: databaseUrl, application_name: "apprun" });
	await client.connect();
	try {
		await client.query("create schema if not exists apprun_statements");
		await client.query("create extension if not exists pg_stat_statements schema apprun_statements");
	} finally {
		await client.end();
	}
}

/** @param databaseUrl a superuser's */
export async function openStatementCounter(databaseUrl: string): Promise<OpenStatementCounter | null> {
	const client = new Client({ connectionString: databaseUrl, application_name: "apprun compare" });
	await client.connect();
	const { rows } = await client.query<{ loaded: boolean }>(
		"select current_setting('shared_preload_libraries') like '%pg_stat_statements%' as loaded",
	);
	if (rows[0]?.loaded !== true) {
		await client.end();
		return null;
	}
	return {
		async reset() {
			await client.query("select apprun_statements.pg_stat_statements_reset()");
		},
		async count() {
			const counted = await client.query<{ calls: string }>(
				`select coalesce(sum(s.calls), 0) as calls from apprun_statements.pg_stat_statements s
				join pg_catalog.pg_roles r on r.oid = s.userid
				where r.rolname = any($1) and s.query !~* '^(begin|start transaction|commit|rollback)' `,
				[callers],
			);
			return Number(counted.rows[0]?.calls);
		},
		close: () => client.end(),
	};
}
