// What is told about decisions: every denial, every administrative allowance, a sample of the rest; never a value or a row.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Observation } from "../../../src/observe/observation.ts";
import { acme, askAs } from "../../support/ask-as.ts";
import { type OpenApp, openApp } from "../../support/open-app.ts";

let app: OpenApp;
beforeAll(async () => {
	app = await openApp({ config: { decisionSample: 10 } });
});
afterAll(() => app.close());

type Decided = Extract<Observation, { kind: "authorization.decided" }>;

async function decidedDuring(work: () => Promise<unknown>): Promise<Decided[]> {
	const before = app.observations.length;
	await work();
	return app.observations.slice(before).filter((observation) => observation.kind === "authorization.decided");
}

test("every denial, with who, what and why", async () => {
	const decided = await decidedDuring(() =>
		askAs(app, acme("reader"), '{ customers(where: { email: { eq: "secret@example.org" } }) { email } }'),
	);
	expect(decided).toEqual([
		{
			kind: "authorization.decided",
			requestId: expect.stringMatching(/^[\w-]{8,}$/),
			allowed: false,
			tenant: acme().tenantId,
			subject: `user:${acme().subject}`,
			roles: ["role:reader"],
			object: "data:api/customers/email",
			action: "select",
			reason: "denied",
			rule: "p, role:reader, *, data:api/customers/email, select, deny",
			policyVersion: expect.any(Number),
			sampledOneIn: 1,
		},
	]);
	expect(JSON.stringify(decided)).not.toContain("secret");
});

test("every administrative allowance", async () => {
	const decided = await decidedDuring(() => askAs(app, acme("admin"), "{ accessRoles { name } accessChanges { id } }"));
	expect(decided.map(({ allowed, object, action, sampledOneIn }) => [allowed, object, action, sampledOneIn])).toEqual([
		[true, "admin/policy", "read", 1],
		[true, "admin/audit", "read", 1],
	]);
});

test("one of ten ordinary allowances", async () => {
	const decided = await decidedDuring(async () => {
		for (let round = 0; round < 30; round++) await askAs(app, acme("reader"), "{ tags(limit: 1) { id } }");
	});
	expect(decided.map(({ allowed, object, sampledOneIn }) => [allowed, object, sampledOneIn])).toEqual(
		Array(3).fill([true, "data:api/tags", 10]),
	);
});
