// Registering: the server alone decides the tenant, and a registration that fails leaves nothing behind.
import { randomUUID } from "node:crypto";
import { expect, inject, test, vi } from "vitest";
import { query } from "../../support/database.ts";
import { ask, codes, newEmail, password, register, registerMutation } from "../../support/people.ts";

vi.setConfig({ testTimeout: 120_000 });

const acme = "11111111-1111-4111-8111-111111111111";

async function identitiesOf(email: string): Promise<{ id: string; metadata_public: unknown; traits: unknown }[]> {
	const { adminUrl } = kratos();
	const url = `${adminUrl}/admin/identities?credentials_identifier=${encodeURIComponent(email)}`;
	return (await (await fetch(url)).json()) as { id: string; metadata_public: unknown; traits: unknown }[];
}

function kratos() {
	const { kratos } = inject("stack");
	if (kratos === null) throw new Error("the test stack has no Kratos");
	return kratos;
}

async function registerAtKratos(body: object): Promise<{ status: number; body: Record<string, never> }> {
	const { publicUrl } = kratos();
	const flow = (await (await fetch(`${publicUrl}/self-service/registration/api`)).json()) as { id: string };
	const answer = await fetch(`${publicUrl}/self-service/registration?flow=${flow.id}`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ method: "password", password, ...body }),
	});
	return { status: answer.status, body: (await answer.json()) as Record<string, never> };
}

/** What a registration that failed must not leave: a member of that address, or a tenant that nobody is in. */
async function leftBehind(email: string): Promise<unknown[]> {
	return query(
		inject("stack").database,
		`select email as what from apprun.memberships where email = $1
		union all
		select t.name from apprun.tenants t
		where t.created_by is not null and not exists (select from apprun.memberships m where m.tenant_id = t.id)`,
		[email],
	);
}

test("a person without an invitation owns a new tenant, the same in Kratos and in the database", async () => {
	const ada = await register({ name: "Ada" });
	const [identity] = await identitiesOf(ada.email);
	expect(identity).toMatchObject({
		id: ada.id,
		traits: { email: ada.email, name: "Ada", tenant_id: ada.tenantId },
		metadata_public: { tenant_id: ada.tenantId, roles: ["owner"] },
	});
	const rows = await query(
		inject("stack").database,
		`select t.name, apprun.member_roles(t.id, m.subject) as roles, m.email from apprun.tenants t join apprun.memberships m on m.tenant_id = t.id where t.id = $1`,
		[ada.tenantId],
	);
	expect(rows).toEqual([{ name: "Ada's tenant", roles: ["owner"], email: ada.email }]);
});

test("two tenants of the same name get different slugs", async () => {
	const tenantName = `Twins ${randomUUID()}`;
	const [one, two] = await Promise.all([register({ tenantName }), register({ tenantName })]);
	const rows = await query<{ slug: string }>(
		inject("stack").database,
		"select slug from apprun.tenants where id = any ($1)",
		[[one.tenantId, two.tenantId]],
	);
	expect(new Set(rows.map(({ slug }) => slug)).size).toBe(2);
});

test("a tenant that the person names themselves is a field error, and nothing is stored", async () => {
	for (const tenantId of [acme, randomUUID(), "acme", "' or true --"]) {
		const email = newEmail();
		const { status, body } = await registerAtKratos({ traits: { email, tenant_id: tenantId } });
		expect(status).toBe(400);
		expect(JSON.stringify(body)).toContain("The tenant is assigned by the server and cannot be chosen.");
		expect(await identitiesOf(email)).toEqual([]);
		expect(await leftBehind(email)).toEqual([]);
	}
});

test("metadata, roles and other traits cannot be sent along", async () => {
	const metadata = { tenant_id: acme, roles: ["owner"] };
	const email = newEmail();
	const sent = await registerAtKratos({ traits: { email }, metadata_public: metadata, metadata_admin: metadata });
	const [identity] = await identitiesOf(email);
	if (sent.status === 200) expect(identity?.metadata_public).not.toMatchObject({ tenant_id: acme });
	else expect(identity).toBeUndefined();
	const other = newEmail();
	expect((await registerAtKratos({ traits: { email: other, roles: ["owner"] } })).status).toBe(400);
	expect(await identitiesOf(other)).toEqual([]);
});

test("Kratos' field errors are BAD_USER_INPUT with the path of the field, and leave nothing", async () => {
	const taken = await register();
	const cases = [
		{ input: { email: "not an address", password }, field: "input.email" },
		{ input: { email: taken.email, password }, field: "input.email" },
		{ input: { email: newEmail(), password: "short" }, field: "input.password" },
		{ input: { email: newEmail(), password, name: "x".repeat(201) }, field: "input.name" },
		{ input: { email: newEmail(), password, tenantName: "x".repeat(201) }, field: "input.tenantName" },
		{ input: { email: newEmail(), password, tenantName: "a\u0000b" }, field: "input.tenantName" },
		{ input: { email: newEmail(), password, invitation: "never made" }, field: "input.invitation" },
		{ input: { email: newEmail(), password, invitation: "x".repeat(10_000) }, field: "input.invitation" },
	];
	for (const { input, field } of cases) {
		const answer = await ask(registerMutation, { input });
		expect(codes(answer), JSON.stringify(input).slice(0, 200)).toEqual(["BAD_USER_INPUT"]);
		expect(answer.errors[0]?.extensions["field"]).toBe(field);
		expect(answer.data).toBeNull();
		if (input.email !== taken.email) expect(await leftBehind(input.email)).toEqual([]);
	}
});

test("an identity that came from elsewhere belongs to no tenant until somebody invites it", async () => {
	const email = newEmail("imported");
	const { adminUrl } = kratos();
	const made = await fetch(`${adminUrl}/admin/identities`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({
			schema_id: "person",
			traits: { email },
			credentials: { password: { config: { password } } },
		}),
	});
	expect(made.status).toBe(201);
	const refused = await ask("mutation ($input: LoginInput!) { login(input: $input) { jwt } }", {
		input: { email, password },
	});
	expect(codes(refused)).toEqual(["UNAUTHENTICATED"]);
	expect(refused.errors[0]?.message).toBe("This person belongs to no tenant.");
	expect(refused.errors[0]?.extensions["hint"]).toContain("invitation");
});

test("metadata alone puts nobody into a tenant: the membership is missing, and it is not theirs to found", async () => {
	const email = newEmail("forger");
	const metadata = { tenant_id: acme, roles: ["owner"], tenant_name: "acme" };
	const traits = { email, tenant_id: acme };
	const body = {
		schema_id: "person",
		traits,
		metadata_public: metadata,
		credentials: { password: { config: { password } } },
	};
	const made = await fetch(`${kratos().adminUrl}/admin/identities`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify(body),
	});
	expect(made.status).toBe(201);
	const refused = await ask("mutation ($input: LoginInput!) { login(input: $input) { jwt } }", {
		input: { email, password },
	});
	expect(codes(refused)).toEqual(["UNAUTHENTICATED"]);
});
