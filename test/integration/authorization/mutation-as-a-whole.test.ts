// A mutation with one denied root field writes nothing at all: not in the fields before it, not in those after it.
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { acme, askAs } from "../../support/ask-as.ts";
import { query } from "../../support/database.ts";
import { type OpenApp, openApp } from "../../support/open-app.ts";
import { sentDuring } from "../../support/sent-requests.ts";

let apps: Readonly<Record<"plan" | "graphql", OpenApp>>;
beforeAll(async () => {
	apps = { plan: await openApp(), graphql: await openApp({ completion: "graphql" }) };
});
afterAll(async () => {
	await apps.plan.close();
	await apps.graphql.close();
});

const someId = "11111111-0000-4000-8000-000000000000";
// support (policies/demo.csv) reads as a reader does, and may update the status of orders and nothing else.
const support = acme("support");
const allowed = `updateOrder(id: "${someId}", patch: { status: paid }) { status }`;
const denied: Readonly<Record<string, string>> = {
	"an insert": 'createTag(input: { name: "nobody may see this" }) { id }',
	"a delete": `deleteOrder(id: "${someId}") { id }`,
	"an update of another column": `updateOrder(id: "${someId}", patch: { note: "x" }) { id }`,
	"an update that returns a forbidden column": `updateOrder(id: "${someId}", patch: { status: paid }) { customer { email } }`,
	"a change of the rules":
		'addAccessRule(input: { subject: "role:support", object: "data:*", action: "*" }) { object }',
};

for (const completion of ["plan", "graphql"] as const) {
	test.each(Object.entries(denied))(`%s as the second field, completed by ${completion}`, async (_name, field) => {
		const { outcome, requests } = await sentDuring(() =>
			askAs(apps[completion], support, `mutation { first: ${allowed} second: ${field} }`),
		);
		expect(requests).toEqual([]);
		expect(outcome.status).toBe(403);
		expect(outcome.data).toBeNull();
		expect(outcome.errors).toMatchObject([{ path: ["second"], extensions: { code: "FORBIDDEN" } }]);
	});

	test.each(Object.entries(denied))(`%s as the first field, completed by ${completion}`, async (_name, field) => {
		const { outcome, requests } = await sentDuring(() =>
			askAs(apps[completion], support, `mutation { second: ${field} first: ${allowed} }`),
		);
		expect(requests).toEqual([]);
		expect(outcome).toMatchObject({ status: 403, data: null, errors: [{ path: ["second"] }] });
	});

	test(`without a denied field it runs, completed by ${completion}`, async () => {
		const { outcome, requests } = await sentDuring(() =>
			askAs(apps[completion], support, `mutation { first: ${allowed} }`),
		);
		expect(outcome).toMatchObject({ status: 200, data: { first: null }, errors: [] });
		expect(requests).toHaveLength(1);
	});
}

test("nothing of it is in the database", async () => {
	const rows = await query(inject("stack").database, "select from api.tags where name = 'nobody may see this'");
	expect(rows).toEqual([]);
});
