// `apprun migrate`: safe to repeat and to run at once, gives callers no more than they need, refuses a changed file.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Observation } from "../../../src/observe/observation.ts";
import { migrate } from "../../../src/stack/migrate.ts";
import { createDatabase, type OwnPostgres, query, startOwnPostgres } from "../../support/database.ts";

let postgres: OwnPostgres;
beforeAll(async () => {
	postgres = await startOwnPostgres();
});
afterAll(() => postgres?.stop());

/** It goes with the cluster. */
const freshDatabase = async (name: string) => (await createDatabase(postgres.url, name)).url;

const options = { authenticatorPassword: null, statementTimeoutMs: 10_000 };
const ignore = () => {};
/** Versions of the files in sql/migrations, in order. */
const allVersions = readdirSync(join(import.meta.dirname, "../../../sql/migrations"))
	.map((file) => Number.parseInt(file, 10))
	.sort((a, b) => a - b)
	.map(String);
const versions = (url: string) =>
	query<{ version: string }>(url, "select version from apprun.migrations where version > 0 order by version");

/** Logs in as PostgREST does. */
function asAuthenticator(url: string, password: string): Client {
	const login = new URL(url);
	login.username = "apprun_authenticator";
	login.password = encodeURIComponent(password);
	return new Client({ connectionString: login.href });
}

describe("migrate", () => {
	test("run by several replicas of several databases at once applies each migration once", async () => {
		const urls = await Promise.all([freshDatabase("first"), freshDatabase("second")]);
		await Promise.all([...urls, ...urls, ...urls].map((url) => migrate(url, options, ignore)));
		const applied = await Promise.all(urls.map(versions));
		expect(applied[0]?.map(({ version }) => version)).toEqual(allVersions);
		expect(applied[1]).toEqual(applied[0]);
	});

	test("run again changes nothing but what it is given", async () => {
		const before = await versions(postgres.url);
		await migrate(postgres.url, { ...options, statementTimeoutMs: 4321 }, ignore);
		expect(await versions(postgres.url)).toEqual(before);
		const settings = await query(
			postgres.url,
			"select rolname, rolconfig from pg_roles where rolname like 'apprun\\_%' order by 1",
		);
		const rolconfig = ["statement_timeout=4321"];
		expect(settings).toEqual([
			{ rolname: "apprun_anonymous", rolconfig },
			{ rolname: "apprun_authenticator", rolconfig },
			// Nobody logs in as it, and `set role` would not apply a setting.
			{ rolname: "apprun_functions", rolconfig: null },
			{ rolname: "apprun_user", rolconfig },
		]);
	});

	test.each([['it\'s $$ \\ "quoted"'], ["'; drop schema apprun cascade; --"], ["%L %s pässwörd"]])(
		"sets the password %s exactly",
		async (password) => {
			await migrate(postgres.url, { ...options, authenticatorPassword: password }, ignore);
			const client = asAuthenticator(postgres.url, password);
			await client.connect();
			const { rows } = await client.query("select current_user");
			await client.end();
			expect(rows).toEqual([{ current_user: "apprun_authenticator" }]);
			await expect(asAuthenticator(postgres.url, `${password}x`).connect()).rejects.toMatchObject({ code: "28P01" });
		},
	);

	test("leaves the password alone when it is given none", async () => {
		await migrate(postgres.url, { ...options, authenticatorPassword: "first password" }, ignore);
		await migrate(postgres.url, options, ignore);
		const client = asAuthenticator(postgres.url, "first password");
		await client.connect();
		await client.end();
	});

	test("takes away rights that somebody gave the callers' roles", async () => {
		await query(postgres.url, "alter role apprun_user bypassrls createdb login");
		await migrate(postgres.url, options, ignore);
		expect(
			await query(
				postgres.url,
				"select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolcanlogin from pg_roles where rolname = 'apprun_user'",
			),
		).toEqual([{ rolsuper: false, rolbypassrls: false, rolcreatedb: false, rolcreaterole: false, rolcanlogin: false }]);
	});

	test("needs no superuser: a hosted Postgres gives none", async () => {
		const url = new URL(await freshDatabase("hosted"));
		await query(
			postgres.url,
			`create role hoster login createrole password 'hoster'; alter database hosted owner to hoster;
			grant apprun_authenticator, apprun_anonymous, apprun_user, apprun_functions to hoster with admin option`,
		);
		url.username = "hoster";
		url.password = "hoster";
		await migrate(url.href, options, ignore);
		expect(await versions(url.href)).toHaveLength(allVersions.length);
	});

	test("touches no table of the user", async () => {
		const url = await freshDatabase("owned");
		await query(url, "create schema api; create table api.things (id int primary key)");
		const things = "select relacl, relrowsecurity, xmin::text from pg_class where oid = 'api.things'::regclass";
		const before = await query(url, things);
		await migrate(url, options, ignore);
		expect(await query(url, things)).toEqual(before);
		const [access] = await query(url, "select has_schema_privilege('apprun_user', 'api', 'usage') as usage");
		expect(access).toEqual({ usage: false });
	});
});

describe("a migration file", () => {
	/** Runs a copy of the installation, so that its files can be changed. */
	async function withCopy(work: (folder: string, run: typeof migrate) => Promise<void>): Promise<void> {
		// The name holds what a glob would interpret.
		const folder = mkdtempSync(join(import.meta.dirname, "copy [of] {a,b} "));
		try {
			for (const part of ["src/stack", "sql"])
				cpSync(join(import.meta.dirname, "../../..", part), join(folder, part), { recursive: true });
			const copy = (await import(pathToFileURL(join(folder, "src/stack/migrate.ts")).href)) as {
				migrate: typeof migrate;
			};
			await work(folder, copy.migrate);
		} finally {
			rmSync(folder, { recursive: true, force: true });
		}
	}

	test("that has changed after it ran is refused by name", async () => {
		const url = await freshDatabase("changed");
		await withCopy(async (folder, run) => {
			await run(url, options, ignore);
			const file = join(folder, "sql/migrations/001.do.tenancy.sql");
			writeFileSync(file, `${readFileSync(file, "utf8")}\n-- changed\n`);
			await expect(run(url, options, ignore)).rejects.toThrow(/migration 1 .*was changed/i);
		});
	});

	test("that fails leaves nothing of itself, and those before it stay", async () => {
		const url = await freshDatabase("failing");
		await withCopy(async (folder, run) => {
			writeFileSync(
				join(folder, "sql/migrations/999.do.broken.sql"),
				"create table apprun.half (id int); select 1 / 0;",
			);
			await expect(run(url, options, ignore)).rejects.toThrow(/999\.do\.broken\.sql failed/);
		});
		expect(await query(url, "select to_regclass('apprun.half') as half")).toEqual([{ half: null }]);
		expect(await versions(url)).toHaveLength(allVersions.length);
	});

	test("that only a newer apprun knows is told, and does no harm", async () => {
		const url = await freshDatabase("newer");
		await migrate(url, options, ignore);
		await query(url, "insert into apprun.migrations (version, name, md5) values (99999, 'future', 'x')");
		const seen: Observation[] = [];
		await migrate(url, options, (observation) => seen.push(observation));
		expect(seen).toContainEqual({ kind: "schema.warning", message: expect.stringContaining("newer apprun") });
	});
});
