// Roles of callers that row level security does not hold for: found, mended by the finding's SQL and by `apprun migrate`.
import { afterAll, beforeAll, expect, test } from "vitest";
import { runDoctor } from "../../../src/schema/doctor.ts";
import { type OwnPostgres, prepareDatabase, query, startOwnPostgres } from "../../support/database.ts";

let postgres: OwnPostgres;
beforeAll(async () => {
	postgres = await startOwnPostgres();
	await query(
		postgres.url,
		`create schema api;
		create table api.things (tenant_id uuid not null default apprun.tenant_id(), id uuid, primary key (tenant_id, id));
		alter table api.things enable row level security, force row level security;
		grant usage on schema api to apprun_user;
		grant select on api.things to apprun_anonymous;
		create policy own_tenant on api.things to apprun_user, apprun_anonymous
			using (tenant_id = (select apprun.tenant_id())) with check (tenant_id = (select apprun.tenant_id()))`,
	);
});
afterAll(() => postgres?.stop());

const examine = () => runDoctor(postgres.url, { dbSchemas: ["api"], tenantColumn: "tenant_id" });

test("plain roles are fine", async () => {
	expect(await examine()).toEqual([]);
});

test.each([
	["bypasses row level security", "alter role apprun_user bypassrls"],
	["is a superuser", "alter role apprun_anonymous superuser"],
	["may become one who bypasses it", "create role bypasser bypassrls; grant bypasser to apprun_user"],
	["owns a table", "grant create on schema api to apprun_user; alter table api.things owner to apprun_user"],
])("a role that %s is an error, and its SQL mends it", async (_, sql) => {
	await query(postgres.url, sql);
	const findings = await examine();
	expect(findings).toMatchObject([{ severity: "error", code: "caller-too-powerful" }]);
	await query(postgres.url, findings[0]?.fix ?? "");
	expect(await examine()).toEqual([]);
});

test("`apprun migrate` mends the roles' own rights", async () => {
	await query(postgres.url, "alter role apprun_user superuser bypassrls");
	await prepareDatabase(postgres.url, { demo: false });
	expect(await examine()).toEqual([]);
});
