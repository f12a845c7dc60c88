// Takes the URL of a migrated database and puts the demo into it, once. Never changes or drops what is already there.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { Client } from "pg";
import type { Observe } from "../observe/observation.ts";
import { takeMigrationLock } from "./take-migration-lock.ts";
import { timeStep } from "./time-step.ts";

/** In the order in which they run. Policies come after the rows, so that an owner without superuser can seed too. */
const files = [
	"demo/1-tables.sql",
	"demo/2-views-and-functions.sql",
	"demo/3-comments.sql",
	"demo/4-data.sql",
	"demo/5-grants.sql",
	"rls/demo.sql",
];

/**
 * Seeds the demo in one transaction: schemas `api` and `demo`, and five tenants in `apprun.tenants`. A database that
 * has it is left alone, also where the demo's SQL has changed since (a warning says so); so is one whose schema `api`
 * is somebody else's.
 * @param databaseUrl an owner of the database, after `migrate`
 */
export async function seedDemo(databaseUrl: string, observe: Observe): Promise<void> {
	const client = new Client({ connectionString: databaseUrl, application_name: "apprun seed" });
	await client.connect();
	try {
		await takeMigrationLock(client);
		const scripts = await Promise.all(files.map(readSql));
		const version = createHash("sha256").update(scripts.join("\n")).digest("hex");
		const obstacle = await findObstacle(client, version);
		if (obstacle === "seeded") return;
		if (obstacle !== null) return observe({ kind: "schema.warning", message: obstacle });
		await timeStep("seed the demo", observe, () => seed(client, scripts, version));
	} finally {
		await client.end();
	}
}

async function seed(client: Client, scripts: readonly string[], version: string): Promise<void> {
	// One simple query is one transaction, but for the marker's parameter.
	await client.query("begin");
	for (const script of scripts) await client.query(script);
	await client.query("insert into apprun.seeds (name, version) values ('demo', $1)", [version]);
	await client.query("notify pgrst, 'reload schema'");
	await client.query("commit");
}

/** Why the demo is not to be seeded: it is there already, or a warning; null when nothing speaks against it. */
async function findObstacle(client: Client, version: string): Promise<string | null> {
	const { rows } = await client.query<{ version: string | null; taken: boolean }>(
		`select (select version from apprun.seeds where name = 'demo') as version,
			exists (select from pg_namespace where nspname in ('api', 'demo')) as taken`,
	);
	const found = rows[0];
	if (found?.version === version) return "seeded";
	if (found?.version !== null && found !== undefined)
		return "The demo in this database is of another version of apprun and was left as it is. To renew it, stop apprun and remove the data folder.";
	if (found?.taken === true)
		return "The demo was not seeded: schema api or demo already exists in this database and is left as it is.";
	return null;
}

/** Line ends are made equal, so that a checkout on another system is the same version. */
async function readSql(path: string): Promise<string> {
	return (await readFile(new URL(`../../sql/${path}`, import.meta.url), "utf8")).replaceAll("\r\n", "\n");
}
