// Why something is refused: told to those who may know it, by the refusal itself, by explainAccess and by myPermissions,
// which agree; for others only the code. GRANT, row level security and the rules are told apart.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { acme, askAs, reasonOf } from "../../support/ask-as.ts";
import { query } from "../../support/database.ts";
import { demoTenants, type OpenApp, openApp } from "../../support/open-app.ts";
import { sentDuring } from "../../support/sent-requests.ts";

let development: OpenApp;
let production: OpenApp;
beforeAll(async () => {
	development = await openApp();
	production = await openApp({ config: { production: true } });
});
afterAll(async () => {
	await development.close();
	await production.close();
});

const email = "{ customers { email } }";
const denial = "p, role:reader, *, data:api/customers/email, select, deny";

describe("a refusal", () => {
	test("in development names role, object, action, the denying rule and what to do", async () => {
		expect(reasonOf(await askAs(development, acme("reader"), email))).toEqual({
			refusedBy: "CASBIN",
			roles: ["role:reader"],
			object: "data:api/customers/email",
			action: "select",
			rule: denial,
			explanation: expect.stringContaining("role:reader may not select data:api/customers/email"),
			suggestions: [expect.stringContaining("built in")],
		});
	});

	test("by the absence of a rule says so, and which mutation would add it", async () => {
		const reason = reasonOf(
			await askAs(development, acme("reader"), 'mutation { createTag(input: { name: "x" }) { id } }'),
		);
		expect(reason).toMatchObject({ object: "data:api/tags", action: "insert", rule: null });
		expect(reason.suggestions).toEqual(
			["data:api/tags", "data:api/tags/name"].map(
				(object) =>
					`Allow it: addAccessRule(input: { subject: "role:reader", object: "${object}", action: "insert", effect: ALLOW }).`,
			),
		);
	});

	test("in production says no more than its code to those who may not read the rules", async () => {
		for (const who of [acme("reader"), acme("editor"), null]) {
			const { errors } = await askAs(
				production,
				who,
				'{ accessRules { object } customers(where: { email: { eq: "x" } }) { email } }',
			);
			if (who?.roles[0] === "editor") expect(errors).toHaveLength(1);
			for (const { extensions, message } of errors) {
				expect(Object.keys(extensions).sort()).toEqual(["code", "hint"]);
				expect(JSON.stringify([extensions, message])).not.toMatch(/email|role:|admin\/|customers/);
			}
		}
	});

	test("in production tells an admin why", async () => {
		const tenantId = randomUUID();
		const owner = { subject: "olga", tenantId, roles: ["owner"] };
		const input = 'input: { subject: "role:admin", object: "data:api/tags/color", action: "select", effect: DENY }';
		expect((await askAs(production, owner, `mutation { addAccessRule(${input}) { object } }`)).errors).toEqual([]);
		const reason = reasonOf(await askAs(production, { ...owner, roles: ["admin"] }, "{ tags { color } }"));
		expect(reason.rule).toBe(`p, role:admin, ${tenantId}, data:api/tags/color, select, deny`);
		expect(reason.suggestions).toEqual([expect.stringContaining("removeAccessRule")]);
	});
});

describe("explainAccess", () => {
	const explain = (subject: string, object: string, action: string, who = acme("admin")) =>
		askAs(development, who, {
			query: `query ($subject: String!, $object: String!, $action: String!) {
				explainAccess(subject: $subject, object: $object, action: $action) {
					allowed reason roles matchedRule suggestion refusedBy
				}
			}`,
			variables: { subject, object, action },
		}).then(({ data }) => data.explainAccess);

	test("answers as the refusal does, without running anything", async () => {
		const refused = reasonOf(await askAs(development, acme("reader"), email));
		const { outcome, requests } = await sentDuring(() => explain("role:reader", "data:api/customers/email", "select"));
		expect(outcome).toEqual({
			allowed: false,
			reason: refused.explanation,
			roles: refused.roles,
			matchedRule: refused.rule,
			suggestion: refused.suggestions[0],
			refusedBy: "CASBIN",
		});
		expect(requests).toEqual([]);
	});

	test("names the rule that allows", async () => {
		expect(await explain("role:reader", "data:api/products", "select")).toMatchObject({
			allowed: true,
			matchedRule: "p, role:reader, *, data:*, select, allow",
			suggestion: null,
			refusedBy: null,
		});
	});

	test("knows what a role inherits, and a user's roles here", async () => {
		expect(await explain("role:support", "data:api/customers/email", "select")).toMatchObject({
			allowed: false,
			roles: ["role:support", "role:reader"],
			matchedRule: denial,
		});
		expect(await explain("user:nobody", "data:api/products", "select")).toMatchObject({ allowed: false, roles: [] });
		const self = acme("admin");
		expect(await explain(`user:${self.subject}`, "data:api/products", "select", self)).toMatchObject({ allowed: true });
	});

	test("is about the asker's tenant only", async () => {
		const globex = { ...acme("admin"), tenantId: demoTenants.globex };
		expect(await explain("role:support", "data:api/orders", "update", globex)).toMatchObject({
			allowed: false,
			matchedRule: null,
		});
	});

	test("names a GRANT that is missing, with the statement that adds it", async () => {
		// Nobody is granted a write to this view.
		expect(await explain("role:admin", "data:api/product_ratings", "delete")).toMatchObject({
			allowed: false,
			refusedBy: "GRANT",
			suggestion: "grant delete on api.product_ratings to apprun_user;",
		});
	});
});

test("myPermissions says what a caller may do, as decisions do", async () => {
	const permissions = async (role: string, under: string) =>
		(await askAs(development, acme(role), `{ myPermissions(under: "${under}") { object actions } }`)).data
			.myPermissions;
	expect(await permissions("reader", "data:api/customers/*")).not.toContainEqual(
		expect.objectContaining({ object: "data:api/customers/email" }),
	);
	expect(await permissions("reader", "data:api/customers/name")).toEqual([
		{ object: "data:api/customers/name", actions: ["select"] },
	]);
	expect(await permissions("support", "data:api/orders/status")).toEqual([
		{ object: "data:api/orders/status", actions: ["select", "update"] },
	]);
	expect(await permissions("reader", "admin/*")).toEqual([]);
	expect(await permissions("editor", "function:*")).toEqual([{ object: "function:*", actions: ["read", "invoke"] }]);
});

describe("a refusal by the database", () => {
	const tenant = acme().tenantId;

	test("for want of a GRANT says so", async () => {
		await query(inject("stack").database, "revoke delete on api.order_items from apprun_user");
		try {
			const text = 'mutation { deleteOrderItem(id: "11111111-0000-4000-8000-000000000000") { id } }';
			const answer = await askAs(development, acme("owner"), text);
			expect(answer).toMatchObject({ errors: [{ extensions: { code: "FORBIDDEN" } }] });
			expect(reasonOf(answer)).toMatchObject({
				refusedBy: "GRANT",
				object: "data:api/order_items",
				action: "delete",
				rule: null,
			});
			const quiet = await askAs(production, acme("editor"), text);
			expect(Object.keys(quiet.errors[0]?.extensions ?? {}).sort()).toEqual(["code", "hint"]);
		} finally {
			await query(inject("stack").database, "grant delete on api.order_items to apprun_user");
		}
	});

	test("by row level security says so", async () => {
		await query(
			inject("stack").database,
			`create policy no_grey on api.tags as restrictive for insert to apprun_user with check (color is distinct from '#808080')`,
		);
		try {
			const text = 'mutation { createTag(input: { name: "grey", color: "#808080" }) { id } }';
			expect(reasonOf(await askAs(development, acme("owner"), text))).toMatchObject({
				refusedBy: "ROW_LEVEL_SECURITY",
				object: "data:api/tags",
				action: "insert",
			});
		} finally {
			await query(inject("stack").database, "drop policy no_grey on api.tags");
			await query(inject("stack").database, "delete from api.tags where tenant_id = $1 and name = 'grey'", [tenant]);
		}
	});
});
