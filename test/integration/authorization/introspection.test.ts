// Introspection is a right like others: it can be denied to a role of a tenant; `__typename` says nothing and needs none.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askAs } from "../../support/ask-as.ts";
import { type OpenApp, openApp } from "../../support/open-app.ts";

let app: OpenApp;
beforeAll(async () => {
	app = await openApp();
});
afterAll(() => app.close());

const tenantId = randomUUID();
const as = (role: string, text: string) => askAs(app, { subject: role, tenantId, roles: [role] }, text);
const ways = [
	"{ __schema { queryType { name } } }",
	'{ a: __type(name: "Query") { name } __typename }',
	"{ ... on Query { ...a } } fragment a on Query { __schema { queryType { name } } tags(limit: 1) { id } }",
];

test("a role that may introspect, and one that was denied it", async () => {
	for (const text of ways) expect((await as("reader", text)).errors).toEqual([]);
	const input = 'input: { subject: "role:reader", object: "schema", action: "introspect", effect: DENY }';
	expect((await as("owner", `mutation { addAccessRule(${input}) { object } }`)).errors).toEqual([]);
	for (const text of ways)
		expect(await as("reader", text)).toMatchObject({
			status: 403,
			data: null,
			errors: [{ extensions: { code: "FORBIDDEN" } }],
		});
	for (const text of ways) expect((await as("editor", text)).errors).toEqual([]);
	expect(await as("reader", "{ a: __typename tags(limit: 1) { __typename } }")).toMatchObject({
		status: 200,
		errors: [],
	});
});

test("a role without any rule may not", async () => {
	for (const text of ways) expect((await as("nobody-knows", text)).status).toBe(403);
	expect(await as("nobody-knows", "{ __typename }")).toMatchObject({ status: 200, data: { __typename: "Query" } });
});
