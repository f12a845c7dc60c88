// A signed-in person can change their name and address at Kratos, and neither their tenant nor their roles.
import { expect, test, vi } from "vitest";
import { admin, runFlow } from "../../support/kratos.ts";
import { ask, newEmail, register } from "../../support/people.ts";

vi.setConfig({ testTimeout: 60_000 });

const acme = "11111111-1111-4111-8111-111111111111";

test("another tenant is a field error, and the identity stays as it was", async () => {
	const ada = await register();
	const before = await admin("GET", `/identities/${ada.id}`);
	for (const tenantId of [acme, "acme"]) {
		const traits = { email: ada.email, tenant_id: tenantId };
		const answer = await runFlow("settings", { method: "profile", traits }, ada.sessionToken);
		expect(answer.status).toBe(400);
		expect(answer.text).toContain("The tenant is assigned by the server and cannot be chosen.");
	}
	expect((await admin("GET", `/identities/${ada.id}`)).body).toEqual(before.body);
});

test("metadata and roles that are sent along are not stored", async () => {
	const ada = await register();
	const metadata = { tenant_id: acme, roles: ["owner"] };
	const traits = { email: ada.email, tenant_id: ada.tenantId };
	const sent = { method: "profile", traits, metadata_public: metadata, metadata_admin: metadata };
	await runFlow("settings", sent, ada.sessionToken);
	const identity = (await admin("GET", `/identities/${ada.id}`)).body as { metadata_public: object };
	expect(identity.metadata_public).toMatchObject({ tenant_id: ada.tenantId, roles: ["owner"] });
	const withRoles = { method: "profile", traits: { ...traits, roles: ["owner"] } };
	expect((await runFlow("settings", withRoles, ada.sessionToken)).status).toBe(400);
});

test("name and address change, also for a client that leaves the tenant out, and members show them", async () => {
	const ada = await register();
	const email = newEmail("renamed");
	const answer = await runFlow("settings", { method: "profile", traits: { email, name: "Ada L." } }, ada.sessionToken);
	expect(answer.status, answer.text).toBe(200);
	const { traits } = (await admin("GET", `/identities/${ada.id}`)).body as { traits: object };
	expect(traits).toEqual({ email, name: "Ada L.", tenant_id: ada.tenantId });
	const { data } = await ask("{ members { email name } me { email name } }", {}, ada.byJwt);
	expect(data).toEqual({ members: [{ email, name: "Ada L." }], me: { email, name: "Ada L." } });
});
