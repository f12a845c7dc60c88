// Takes the URL of a database owner, gives a database with apprun's roles, its schema `apprun` and their grants; refuses
// a Postgres that is too old and a migration file that was changed after it had run. Touches nothing else.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Client, DatabaseError } from "pg";
import Postgrator from "postgrator";
import type { Observe } from "../observe/observation.ts";
import { takeMigrationLock } from "./take-migration-lock.ts";
import { timeStep } from "./time-step.ts";

/** What the roles are given. */
export interface MigrateOptions {
	/** Password that PostgREST logs in with as `apprun_authenticator`; null leaves it as it is. */
	readonly authenticatorPassword: string | null;
	/** Longest that one statement of a caller may run, in ms. */
	readonly statementTimeoutMs: number;
}

const sql = (path: string) => new URL(`../../sql/${path}`, import.meta.url);

/** `security_invoker` views, which tenancy stands on, came with Postgres 15. */
const oldestPostgres = 15;

/**
 * Brings a database to this version of apprun: roles, migrations, grants. Safe to run again, and from two replicas at
 * once. Each migration is a transaction of its own, together with the note that it ran.
 * @param databaseUrl a role that may create roles and schemas
 * @throws Error naming the file, when one that already ran has changed; DatabaseError with what Postgres refused
 */
export async function migrate(databaseUrl: string, options: MigrateOptions, observe: Observe): Promise<void> {
	const client = new Client({ connectionString: databaseUrl, application_name: "apprun migrate" });
	await client.connect();
	try {
		await timeStep("migrate the database", observe, async () => {
			await takeMigrationLock(client);
			await refuseOldPostgres(client);
			await makeRoles(client, options);
			await runMigrations(client, observe);
			await client.query(await readFile(sql("roles/grants.sql"), "utf8"));
			await installEventTriggers(client, observe);
			// A PostgREST that is already running learns of new grants and timeouts; nobody listening is fine.
			await client.query("notify pgrst, 'reload config'; notify pgrst, 'reload schema'");
		});
	} finally {
		await client.end();
	}
}

async function refuseOldPostgres(client: Client): Promise<void> {
	const { rows } = await client.query<{ version: string; number: number }>(
		"select current_setting('server_version') as version, current_setting('server_version_num')::int as number",
	);
	const server = rows[0];
	if (server === undefined || server.number < oldestPostgres * 10_000)
		throw new Error(`apprun needs Postgres ${oldestPostgres} or newer; this one is ${server?.version ?? "unknown"}.`);
}

/** The lock is per database and roles are per cluster: a neighbour's migration may touch the same role at the same time. */
async function makeRoles(client: Client, options: MigrateOptions, attemptsLeft = 5): Promise<void> {
	await client.query("begin");
	try {
		await client.query(
			"select set_config('apprun.authenticator_password', $1, true), set_config('apprun.statement_timeout', $2, true)",
			[options.authenticatorPassword ?? "", String(options.statementTimeoutMs)],
		);
		await client.query(await readFile(sql("roles/roles.sql"), "utf8"));
		await client.query("commit");
	} catch (error) {
		await client.query("rollback");
		if (attemptsLeft === 0 || !isRoleRace(error)) throw error;
		await makeRoles(client, options, attemptsLeft - 1);
	}
}

/** "tuple concurrently updated" (XX000), or the other one was first to create (42710, 23505). */
function isRoleRace(error: unknown): boolean {
	return error instanceof DatabaseError && ["XX000", "42710", "23505"].includes(error.code ?? "");
}

async function runMigrations(client: Client, observe: Observe): Promise<void> {
	const postgrator = new Postgrator({
		driver: "pg",
		// The pattern is a glob: a checkout in a folder such as `app [old]` must still be found.
		migrationPattern: `${fileURLToPath(sql("migrations")).replace(/[\\?*+@!()[\]{}]/g, "\\$&")}/*.sql`,
		schemaTable: "apprun.migrations",
		newline: "LF",
		execQuery: (query) => client.query(query),
	});
	if ((await postgrator.getMigrations()).length === 0)
		throw new Error("There are no migration files: this installation of apprun is broken.");
	const newest = await postgrator.getMaxVersion();
	const current = await postgrator.getDatabaseVersion();
	if (current > newest)
		observe({
			kind: "schema.warning",
			message: `The database was migrated by a newer apprun (version ${current}; this one knows ${newest}).`,
		});
	await refuseChanged(postgrator, Math.min(current, newest));
	for (const { version, filename } of postgrator.getRunnableMigrations(current, Math.max(current, newest))) {
		await client.query("begin");
		try {
			await postgrator.migrate(String(version));
			await client.query("commit");
		} catch (error) {
			await client.query("rollback");
			throw new Error(`Migration ${filename} failed; nothing of it was kept.`, { cause: error });
		}
	}
}

/** They need a superuser, or what a hosted Postgres has in its place; without them somebody has to say what they would. */
async function installEventTriggers(client: Client, observe: Observe): Promise<void> {
	try {
		await client.query(await readFile(sql("roles/event-triggers.sql"), "utf8"));
	} catch (error) {
		if (!(error instanceof DatabaseError && error.code === "42501")) throw error;
		const message =
			"This role may not make event triggers: after a change of tables run NOTIFY pgrst, 'reload schema' in the database.";
		observe({ kind: "stack.note", message });
	}
}

/** postgrator compares the checksums; what to do about it is said here. */
async function refuseChanged(postgrator: Postgrator, current: number): Promise<void> {
	let version = 0;
	postgrator.on("validation-started", (migration) => {
		version = migration.version;
	});
	try {
		await postgrator.validateMigrations(current);
	} catch (error) {
		if (!(error instanceof Error && error.message.includes("checksum"))) throw error;
		throw new Error(
			`Migration ${version} already ran on this database and was changed afterwards. Restore its file in sql/migrations, and put the change into a new one.`,
			{ cause: error },
		);
	}
}
