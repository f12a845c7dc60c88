// The administration API: lists, changes, refusals, and a log; inside the caller's tenant only, and never more than the
// caller holds. Each test has a tenant of its own, which needs no rows: policies name it by its id.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { askAs } from "../../support/ask-as.ts";
import { query } from "../../support/database.ts";
import { type OpenApp, openApp } from "../../support/open-app.ts";

let app: OpenApp;
let tenantId: string;
beforeAll(async () => {
	app = await openApp();
});
afterAll(() => app.close());
beforeEach(() => {
	tenantId = randomUUID();
});

const as = (role: string, text: string, subject = `a-${role}`) =>
	askAs(app, { subject, tenantId, roles: [role] }, text);
const rule = (subject: string, object: string, action: string, effect = "ALLOW") =>
	`input: { subject: "${subject}", object: "${object}", action: "${action}", effect: ${effect} }`;
const add = (...given: Parameters<typeof rule>) =>
	`mutation { addAccessRule(${rule(...given)}) { subject object action effect builtIn } }`;
const remove = (...given: Parameters<typeof rule>) => `mutation { removeAccessRule(${rule(...given)}) { subject } }`;
const assign = (user: string, role: string) =>
	`mutation { assignRole(user: "${user}", role: "${role}") { user role } }`;
const revoke = (user: string, role: string) =>
	`mutation { revokeRole(user: "${user}", role: "${role}") { user role } }`;
const createRole = (name: string, inherits: string[] = []) =>
	`mutation { createAccessRole(input: { name: "${name}", inherits: ${JSON.stringify(inherits)} }) { name inherits } }`;
const codes = ({ errors }: Awaited<ReturnType<typeof as>>) => errors.map(({ extensions }) => extensions.code);

describe("a change", () => {
	test("is in force in its answer's next request, and stands in every list", async () => {
		expect(codes(await as("reader", 'mutation { createTag(input: { name: "" }) { id } }'))).toEqual(["FORBIDDEN"]);
		for (const object of ["data:api/tags", "data:api/tags/name"]) {
			const { data } = await as("admin", add("role:reader", object, "insert"));
			expect(data.addAccessRule).toEqual({
				subject: "role:reader",
				object,
				action: "insert",
				effect: "ALLOW",
				builtIn: false,
			});
		}
		// The database now refuses the empty name: the rules let it through.
		expect(codes(await as("reader", 'mutation { createTag(input: { name: "" }) { id } }'))).toEqual([
			"CONSTRAINT_VIOLATION",
		]);
		const { data } = await as("admin", '{ accessRules(subject: "role:reader") { object action builtIn } }');
		expect(data.accessRules).toContainEqual({ object: "data:api/tags/name", action: "insert", builtIn: false });
		expect(data.accessRules).toContainEqual({ object: "data:*", action: "select", builtIn: true });
		expect((await as("admin", remove("role:reader", "data:api/tags", "insert"))).errors).toEqual([]);
		expect(codes(await as("reader", 'mutation { createTag(input: { name: "" }) { id } }'))).toEqual(["FORBIDDEN"]);
	});

	test("is of this tenant only", async () => {
		await as("admin", add("role:reader", "data:api/tags", "delete"));
		await as("admin", createRole("buyer"));
		await as("admin", assign("bob", "buyer"));
		const other = { subject: "eve", tenantId: randomUUID(), roles: ["owner"] };
		const { data } = await askAs(
			app,
			other,
			"{ accessRules { object builtIn } accessRoles { name } accessAssignments { user } accessChanges { id } }",
		);
		expect(data.accessRules.filter(({ builtIn }: { builtIn: boolean }) => !builtIn)).toEqual([]);
		expect(data.accessRoles.map(({ name }: { name: string }) => name)).not.toContain("buyer");
		expect([data.accessAssignments, data.accessChanges]).toEqual([[], []]);
		expect(codes(await askAs(app, other, remove("role:reader", "data:api/tags", "delete")))).toEqual(["NOT_FOUND"]);
		expect(codes(await askAs(app, other, 'mutation { deleteAccessRole(name: "buyer") { name } }'))).toEqual([
			"BAD_USER_INPUT",
		]);
		expect(codes(await askAs(app, other, revoke("bob", "buyer")))).toEqual(["BAD_USER_INPUT"]);
	});

	test("is logged with who, when, before and after", async () => {
		await as("admin", add("role:reader", "data:api/tags", "delete"), "ann");
		await as("owner", remove("role:reader", "data:api/tags", "delete"), "olga");
		await as("admin", createRole("buyer", ["reader"]), "ann");
		const { data } = await as("admin", "{ accessChanges { id at actor kind before after requestId } }");
		const changes = data.accessChanges as Record<string, string | null>[];
		const told = { subject: "role:reader", object: "data:api/tags", action: "delete", effect: "allow" };
		const shown = changes.map(({ actor, kind, before, after }) => ({
			actor,
			kind,
			before: JSON.parse(before ?? "null"),
			after: JSON.parse(after ?? "null"),
		}));
		expect(shown).toEqual([
			{ actor: "user:ann", kind: "ASSIGNMENT", before: null, after: { member: "role:buyer", role: "role:reader" } },
			{ actor: "user:ann", kind: "ROLE", before: null, after: { name: "buyer", description: "" } },
			{ actor: "user:olga", kind: "RULE", before: told, after: null },
			{ actor: "user:ann", kind: "RULE", before: null, after: told },
		]);
		for (const { at, requestId } of changes) {
			expect(Math.abs(Date.now() - Date.parse(at ?? ""))).toBeLessThan(60_000);
			expect(requestId).toMatch(/^[\w-]{8,}$/);
		}
		const page = await as("admin", `{ accessChanges(limit: 1, before: "${changes[1]?.["id"]}") { actor } }`);
		expect(page.data.accessChanges).toEqual([{ actor: "user:olga" }]);
	});

	test("that is refused, or made in vain, is not logged", async () => {
		await as("admin", add("role:reader", "data:api/nothing", "select"));
		await as("admin", add("role:reader", "data:*", "insert"));
		await as("admin", add("role:reader", "data:*", "insert"));
		const { data } = await as("admin", "{ accessChanges { after } }");
		expect(data.accessChanges).toHaveLength(1);
	});

	test("made twelve times at once is made twelve times, and soon", async () => {
		const actions = ["insert", "update", "delete"];
		const objects = ["data:api/tags", "data:api/orders", "data:api/reviews", "data:api/products"];
		const startedAt = performance.now();
		const answers = await Promise.all(
			objects.flatMap((object) => actions.map((action) => as("admin", add("role:reader", object, action)))),
		);
		expect(answers.flatMap(codes)).toEqual([]);
		// Each waits until it is in force; none may wait for a connection that another one holds meanwhile.
		expect(performance.now() - startedAt).toBeLessThan(20_000);
		const { data } = await as("admin", "{ accessChanges { id } }");
		expect(data.accessChanges).toHaveLength(12);
	});

	test("made in the database itself is in force and in the log, too", async () => {
		await query(
			inject("stack").database,
			"insert into apprun.casbin_rule (ptype, v0, v1, v2, v3, v4) values ('p', 'role:reader', $1, 'data:api/tags', 'delete', 'deny')",
			[tenantId],
		);
		const { data } = await as("admin", "{ accessChanges { actor after } }");
		expect(data.accessChanges).toMatchObject([{ actor: expect.stringMatching(/^database:/) }]);
	});
});

describe("nobody but an admin", () => {
	test.each(["editor", "reader", "support"])("%s reads or changes policies", async (role) => {
		for (const text of [
			"{ accessRoles { name } }",
			"{ accessRules { object } }",
			"{ accessAssignments { user } }",
			"{ accessChanges { id } }",
			'{ explainAccess(subject: "role:owner", object: "data:api/tags", action: "select") { allowed } }',
			add(`role:${role}`, "data:*", "*"),
			createRole("mine"),
			assign(`a-${role}`, "owner"),
			revoke("bob", "reader"),
			'mutation { deleteAccessRole(name: "reader") { name } }',
			remove("role:reader", "data:api/customers/email", "select", "DENY"),
		]) {
			const answer = await as(role, text);
			expect([text, answer.status, codes(answer)]).toEqual([text, 403, ["FORBIDDEN"]]);
		}
	});

	test("nobody signed in does", async () => {
		const answer = await askAs(app, null, "{ accessRoles { name } myPermissions { object } }");
		expect([answer.status, codes(answer)]).toEqual([401, ["UNAUTHENTICATED", "UNAUTHENTICATED"]]);
	});

	test("a right that was taken away while the change was on its way is not used", async () => {
		// The lock is held, so the late change passes the gate by the rules as they were, and waits for its turn.
		const { database } = inject("stack");
		await as("owner", createRole("deputy", ["admin"]));
		expect((await as("deputy", add("role:reader", "data:api/tags", "insert"))).errors).toEqual([]);
		const { Client } = await import("pg");
		const client = new Client({ connectionString: database });
		await client.connect();
		await client.query("begin");
		await client.query("select from apprun.policy_version for update");
		const late = as("deputy", add("role:reader", "data:api/tags", "update"));
		await client.query("delete from apprun.casbin_rule where v0 = 'role:deputy' and dom = $1", [tenantId]);
		await client.query("commit");
		await client.end();
		expect(codes(await late)).toEqual(["FORBIDDEN"]);
	});
});

describe("what nothing is called", () => {
	test.each([
		[add("role:reader", "data:api/prodcts", "select"), "object", "data:api/products"],
		[add("role:reader", "data:api/products/prise", "select"), "object", "data:api/products/price"],
		[add("role:reader", "data:api/produ*", "select"), "object", "data:api/products"],
		[add("role:reader", "rpc:api/serch_products", "execute"), "object", "rpc:api/search_products"],
		[add("role:reader", "admin/polcy", "read"), "object", "admin/policy"],
		[add("role:reader", "data:api/products", "selct"), "action", "select"],
		[add("role:reader", "admin/policy", "manege"), "action", "manage"],
		[add("role:raeder", "data:api/products", "select"), "role", "reader"],
		[assign("bob", "raeder"), "role", "reader"],
		[createRole("buyer", ["reder"]), "role", "reader"],
		[
			'{ explainAccess(subject: "role:reader", object: "data:api/prodcts", action: "select") { allowed } }',
			"object",
			"data:api/products",
		],
	])("%s is refused with the nearest name", async (text, argument, nearest) => {
		const { errors } = await as("owner", text);
		expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", argument } }]);
		expect(errors[0]?.extensions["nearest"]).toContain(nearest);
	});

	test.each([
		add("reader", "data:*", "select"),
		add("role:", "data:*", "select"),
		add("user:a b", "data:*", "select"),
		add("user:*", "data:*", "select"),
		add("role:reader", "data:*", "select,allow"),
		add("role:reader", "function:re size", "invoke"),
		add("role:reader", "function:a,b", "invoke"),
		createRole("Owner"),
		createRole("a".repeat(64)),
		createRole("role:owner"),
		assign("a,b", "reader"),
		assign("", "reader"),
		assign("bob", "anonymous"),
	])("%s is refused", async (text) => {
		expect(codes(await as("owner", text))).toEqual(["BAD_USER_INPUT"]);
	});
});

describe("nobody grants more than they hold", () => {
	test.each([
		["the owner's rights", assign("bob", "owner")],
		["everything", add("role:reader", "*", "*")],
		["one right of the owner", add("role:reader", "admin/tenant", "manage")],
		["all administration", add("role:reader", "admin/*", "read")],
		["a right to oneself", add("user:a-admin", "admin/tenant", "manage")],
		["the owner's rights by a new role", createRole("boss", ["owner"])],
		["what a denial holds back from owners", add("role:owner", "data:api/products", "select", "DENY")],
		["what a denial holds back from a person", add("user:olga", "admin/*", "*", "DENY")],
		["taking the owner's role", revoke("olga", "owner")],
	])("an admin can't: %s", async (_name, text) => {
		await as("owner", assign("olga", "owner"));
		await as("owner", assign("oscar", "owner"));
		const answer = await as("admin", text);
		expect(codes(answer)).toEqual(["FORBIDDEN"]);
		expect(answer.data).toBeNull();
	});

	test("not around a denial that holds for oneself", async () => {
		await as("owner", add("role:admin", "data:api/customers/email", "select", "DENY"));
		expect(codes(await as("admin", add("role:editor", "data:api/customers/*", "select")))).toEqual(["FORBIDDEN"]);
		expect(codes(await as("admin", add("role:editor", "data:*", "*")))).toEqual(["FORBIDDEN"]);
		expect(codes(await as("admin", assign("bob", "editor")))).toEqual(["FORBIDDEN"]);
		// A reader is denied the same.
		expect(codes(await as("admin", assign("bob", "reader")))).toEqual([]);
	});

	test("not by lifting a denial", async () => {
		await as("owner", add("role:admin", "data:api/products/price", "update", "DENY"));
		await as("owner", add("role:editor", "data:api/products/price", "update", "DENY"));
		for (const role of ["admin", "editor"])
			expect(codes(await as("admin", remove(`role:${role}`, "data:api/products/price", "update", "DENY")))).toEqual([
				"FORBIDDEN",
			]);
		expect(codes(await as("owner", remove("role:admin", "data:api/products/price", "update", "DENY")))).toEqual([]);
	});

	test("an owner may lift what owners were denied", async () => {
		await as("owner", add("role:owner", "data:api/products/price", "update", "DENY"));
		expect(codes(await as("owner", remove("role:owner", "data:api/products/price", "update", "DENY")))).toEqual([]);
	});

	test("an admin may grant what they hold", async () => {
		for (const text of [
			assign("bob", "editor"),
			assign("bea", "admin"),
			createRole("auditor", ["reader"]),
			add("role:auditor", "admin/audit", "read"),
		])
			expect([text, codes(await as("admin", text))]).toEqual([text, []]);
	});
});

describe("what is built in", () => {
	test("can't be removed or deleted, nor its name taken", async () => {
		expect(codes(await as("owner", remove("role:reader", "data:api/customers/email", "select", "DENY")))).toEqual([
			"NOT_FOUND",
		]);
		expect(codes(await as("owner", 'mutation { deleteAccessRole(name: "reader") { name } }'))).toEqual(["FORBIDDEN"]);
		expect(codes(await as("owner", createRole("reader")))).toEqual(["CONFLICT"]);
	});
});

describe("the last owner", () => {
	test("can't be removed, while another one can", async () => {
		await as("owner", assign("olga", "owner"));
		expect(codes(await as("owner", revoke("olga", "owner")))).toEqual(["CONFLICT"]);
		await as("owner", assign("oscar", "owner"));
		expect(codes(await as("owner", revoke("olga", "owner")))).toEqual([]);
		expect(codes(await as("owner", revoke("oscar", "owner")))).toEqual(["CONFLICT"]);
	});

	test("can't be removed by two at once", async () => {
		await as("owner", assign("olga", "owner"));
		await as("owner", assign("oscar", "owner"));
		const answers = await Promise.all([as("owner", revoke("olga", "owner")), as("owner", revoke("oscar", "owner"))]);
		expect(answers.flatMap(codes)).toEqual(["CONFLICT"]);
	});

	test("can't be locked out by a rule", async () => {
		await as("owner", assign("olga", "owner"));
		for (const subject of ["role:owner", "user:olga"])
			expect(codes(await as("owner", add(subject, "admin/*", "*", "DENY")))).toEqual(["CONFLICT"]);
	});

	test("can't be removed with the role that makes them one", async () => {
		await as("owner", createRole("boss", ["owner"]));
		await as("owner", assign("olga", "boss"));
		expect(codes(await as("owner", 'mutation { deleteAccessRole(name: "boss") { name } }'))).toEqual(["CONFLICT"]);
	});
});

describe("a role of the tenant", () => {
	test("does what it inherits and what its rules say, until it is deleted", async () => {
		await as("admin", createRole("buyer", ["reader"]));
		await as("admin", add("role:buyer", "data:api/tags", "insert"));
		await as("admin", add("role:buyer", "data:api/tags/name", "insert"));
		await as("admin", assign("bob", "buyer"));
		const insert = 'mutation { createTag(input: { name: "" }) { id } }';
		expect(codes(await as("reader", insert, "bob"))).toEqual(["CONSTRAINT_VIOLATION"]);
		expect(codes(await as("reader", insert, "ann"))).toEqual(["FORBIDDEN"]);
		const { data } = await as(
			"admin",
			"{ accessRoles { name builtIn inherits rules { object } } accessAssignments { user role } }",
		);
		expect(data.accessRoles).toContainEqual({
			name: "buyer",
			builtIn: false,
			inherits: ["reader"],
			rules: [{ object: "data:api/tags" }, { object: "data:api/tags/name" }],
		});
		expect(data.accessAssignments).toEqual([{ user: "bob", role: "buyer" }]);
		await as("admin", 'mutation { deleteAccessRole(name: "buyer") { name } }');
		expect(codes(await as("reader", insert, "bob"))).toEqual(["FORBIDDEN"]);
		const { data: after } = await as("admin", "{ accessRules { subject } accessAssignments { user } }");
		expect(after.accessAssignments).toEqual([]);
		expect(after.accessRules.map(({ subject }: { subject: string }) => subject)).not.toContain("role:buyer");
	});
});
