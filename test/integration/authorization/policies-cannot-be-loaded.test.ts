// Policies that can't be loaded: at start nobody may do anything and the process is not ready; later the old ones stay in
// force, an alarm is observed, and readiness ends after a limit, until they can be loaded again.
import { afterEach, beforeEach, expect, inject, test, vi } from "vitest";
import { type Authorization, createAuthorization } from "../../../src/authorization/create-authorization.ts";
import { seedPolicies } from "../../../src/authorization/seed-policies.ts";
import { loadConfig } from "../../../src/config/load-config.ts";
import type { Principal } from "../../../src/identity/principal.ts";
import type { Observation } from "../../../src/observe/observation.ts";
import { readArguments } from "../../../src/plan/read-arguments.ts";
import { createDatabase, prepareDatabase, query, type TestDatabase } from "../../support/database.ts";

const reader: Principal = {
	kind: "user",
	subject: "ann",
	tenantId: "11111111-1111-4111-8111-111111111111",
	roles: ["reader"],
	expiresAt: 0,
	credential: "development-jwt",
};
const config = { ...loadConfig({}), policyPollMs: 100, policyStaleLimitMs: 1000 };

let database: TestDatabase;
let authorization: Authorization | null;
let observations: Observation[];
beforeEach(async () => {
	database = await createDatabase(
		inject("stack").database,
		`policies_${process.pid}_${Math.random().toString(36).slice(2)}`,
	);
	await prepareDatabase(database.url, { demo: false });
	await seedPolicies(database.url);
	observations = [];
	authorization = null;
});
afterEach(async () => {
	await authorization?.close();
	await database.drop();
});

const open = async () => {
	authorization = await createAuthorization({
		databaseUrl: database.url,
		config,
		observe: (observation) => observations.push(observation),
		readArguments,
	});
	return authorization;
};
const mayRead = ({ authorizer }: Authorization) => authorizer.decide(reader, "data:api/tags", "select");
const kinds = () => observations.map(({ kind }) => kind);
const breakTable = () => query(database.url, "alter table apprun.casbin_rule rename to casbin_rule_away");
const mendTable = () => query(database.url, "alter table apprun.casbin_rule_away rename to casbin_rule");

test("at start: not ready, and nobody may do anything, until they can be loaded", async () => {
	await breakTable();
	const authorized = await open();
	expect(authorized.health()).toMatchObject({ status: "unavailable" });
	expect(mayRead(authorized)).toMatchObject({ allowed: false, reason: "notLoaded" });
	expect(kinds()).toContain("policy.load.failed");
	await mendTable();
	await vi.waitFor(() => expect(authorized.health()).toEqual({ name: "policies", status: "ok" }), 5000);
	expect(mayRead(authorized).allowed).toBe(true);
});

test("later: the old ones stay, an alarm is observed, and readiness ends after a limit", async () => {
	const authorized = await open();
	await breakTable();
	// Whatever says that something changed makes this process load, and fail.
	await query(database.url, "update apprun.policy_version set version = version + 1");
	await vi.waitFor(() => expect(kinds()).toContain("policy.load.failed"), 5000);
	expect(mayRead(authorized).allowed).toBe(true);
	await vi.waitFor(() => expect(authorized.health()).toMatchObject({ status: "unavailable" }), 5000);
	expect(mayRead(authorized).allowed).toBe(true);
	await mendTable();
	await vi.waitFor(() => expect(authorized.health()).toMatchObject({ status: "ok" }), 5000);
});

test("a message that was lost is made up for by comparing versions", async () => {
	const authorized = await open();
	// Triggers off: a change that nobody is told of, such as one by a replication that replays rows.
	await query(
		database.url,
		`set session_replication_role = replica;
		delete from apprun.casbin_rule where v0 = 'role:reader' and v4 = 'allow';
		update apprun.policy_version set version = version + 1`,
	);
	await vi.waitFor(() => expect(mayRead(authorized).allowed).toBe(false), 5000);
});

test("a forged message does no more than make the process look", async () => {
	const authorized = await open();
	for (const payload of ["", "{", '{"tenants":["*"],"version":1e99}', '{"tenants":[1],"version":"x"}', "null"])
		await query(database.url, "select pg_notify('apprun_policy', $1)", [payload]);
	await query(database.url, "delete from apprun.casbin_rule where v0 = 'role:reader' and v4 = 'allow'");
	await vi.waitFor(() => expect(mayRead(authorized).allowed).toBe(false), 5000);
	await vi.waitFor(() => expect(authorized.health()).toMatchObject({ status: "ok" }), 5000);
});
