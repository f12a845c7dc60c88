// The rules as seeded into a real database decide as policies/decisions.csv says; each rule that is deleted there takes its
// allowances with it, in a running process. And seeding again keeps what an operator changed.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import { type Authorization, createAuthorization } from "../../../src/authorization/create-authorization.ts";
import { seedPolicies } from "../../../src/authorization/seed-policies.ts";
import { loadConfig } from "../../../src/config/load-config.ts";
import { anonymous, type Principal } from "../../../src/identity/principal.ts";
import { readArguments } from "../../../src/plan/read-arguments.ts";
import { createDatabase, prepareDatabase, query, type TestDatabase } from "../../support/database.ts";

const tenantIds: Readonly<Record<string, string>> = {
	acme: "11111111-1111-4111-8111-111111111111",
	globex: "22222222-2222-4222-8222-222222222222",
	none: "none",
};
const expected = readFileSync(new URL("../../../policies/decisions.csv", import.meta.url), "utf8")
	.split("\n")
	.filter((line) => line !== "" && !line.startsWith("#"))
	.map((line) => line.split(", ") as [string, string, string, string, string]);

let database: TestDatabase;
let authorization: Authorization;
beforeAll(async () => {
	database = await createDatabase(inject("stack").database, `decisions_${process.pid}`);
	await prepareDatabase(database.url, { demo: true });
	await seedPolicies(database.url);
	authorization = await createAuthorization({
		databaseUrl: database.url,
		config: loadConfig({}),
		observe: () => {},
		readArguments,
	});
});
afterAll(async () => {
	await authorization?.close();
	await database?.drop();
});

function decide([tenant, roles, object, action]: (typeof expected)[number]) {
	const user: Principal = {
		kind: "user",
		subject: "someone",
		tenantId: tenantIds[tenant] ?? "",
		roles: roles.split("+"),
		expiresAt: 0,
		credential: "development-jwt",
	};
	return authorization.authorizer.decide(tenant === "none" && roles === "anonymous" ? anonymous : user, object, action);
}

test("the seeded rules decide as expected", () => {
	expect(expected.filter((line) => decide(line).allowed !== (line[4] === "allow"))).toEqual([]);
});

test("every allowing rule, deleted in the database, takes its allowances with it, and gives them back", async () => {
	const rules = await query<Record<"id" | "v0" | "v1" | "v2" | "v3", string>>(
		database.url,
		"select id::text, v0, v1, v2, v3 from apprun.casbin_rule where ptype = 'p' and v4 = 'allow' order by id",
	);
	expect(rules.length).toBeGreaterThan(20);
	for (const { id, v0, v1, v2, v3 } of rules) {
		const mine = expected.filter((line) => {
			const { allowed, rule } = decide(line);
			return allowed && rule?.join() === [v0, v1, v2, v3, "allow"].join();
		});
		expect([v0, v2, v3, mine.length > 0]).toEqual([v0, v2, v3, true]);
		await query(database.url, "delete from apprun.casbin_rule where id = $1", [id]);
		await vi.waitFor(() => expect(mine.map((line) => decide(line).allowed)).not.toContain(true), 5000);
		await query(
			database.url,
			"insert into apprun.casbin_rule (ptype, v0, v1, v2, v3, v4) values ('p', $1, $2, $3, $4, 'allow')",
			[v0, v1, v2, v3],
		);
		await vi.waitFor(() => expect(mine.map((line) => decide(line).allowed)).not.toContain(false), 5000);
	}
});

test("seeding again leaves what an operator added and removed", async () => {
	const rows = "select ptype, v0, v1, v2, v3, v4 from apprun.casbin_rule order by 1, 2, 3, 4, 5, 6";
	await query(database.url, "delete from apprun.casbin_rule where v0 = 'role:editor' and v3 = 'invoke'");
	await query(
		database.url,
		"insert into apprun.casbin_rule (ptype, v0, v1, v2, v3, v4) values ('p', 'role:editor', '*', 'admin/audit', 'read', 'allow')",
	);
	const before = await query(database.url, rows);
	await Promise.all([seedPolicies(database.url), seedPolicies(database.url)]);
	expect(await query(database.url, rows)).toEqual(before);
});

test("seeding a newer file adds its new rows and removes those it dropped, and nothing else", async () => {
	// As an older version of the file would have left it: without one row of today's, with one that today's has not.
	await query(
		database.url,
		`update apprun.policy_version set seeded =
			(select jsonb_agg(row) from jsonb_array_elements(seeded) as row where row ->> 1 <> 'role:anonymous')
			|| '[["p", "role:editor", "*", "admin/audit", "read", "allow", ""]]'`,
	);
	await query(database.url, "delete from apprun.casbin_rule where v0 = 'role:anonymous'");
	await seedPolicies(database.url);
	const rows = await query<{ v0: string }>(
		database.url,
		"select v0 from apprun.casbin_rule where v0 = 'role:anonymous' or (v2 = 'admin/audit' and v0 = 'role:editor')",
	);
	expect(rows).toEqual([{ v0: "role:anonymous" }]);
});
