// The hooks answer Kratos only, and believe nothing of a call but which identity it is about.
import { randomUUID } from "node:crypto";
import { expect, inject, test, vi } from "vitest";
import { query } from "../../support/database.ts";
import { kratos } from "../../support/kratos.ts";
import { ask, newEmail, register } from "../../support/people.ts";

vi.setConfig({ testTimeout: 60_000 });

async function call(name: string, body: unknown, secret: string | null = kratos().hooks.secret) {
	const { host, port } = kratos().hooks;
	const answer = await fetch(`http://${host}:${port}/hooks/${name}`, {
		method: "POST",
		headers: { "content-type": "application/json", ...(secret === null ? {} : { "x-apprun-hook-secret": secret }) },
		body: typeof body === "string" ? body : JSON.stringify(body),
	});
	// biome-ignore lint/suspicious/noExplicitAny: hooks answer in many shapes
	return { status: answer.status, body: (await answer.json()) as any };
}

const newcomer = (traits: object) => ({
	identity: { id: "00000000-0000-0000-0000-000000000000", traits, metadata_public: null },
	transient_payload: {},
});

test("a call without the secret, or with another one, is refused whatever it says", async () => {
	for (const name of ["registration", "registered", "settings", "saved", "mail", "nothing"])
		for (const secret of [null, "", "wrong", `${kratos().hooks.secret}x`])
			expect((await call(name, newcomer({ email: newEmail() }), secret)).status, name).toBe(401);
});

test("they are not on the public endpoint", async () => {
	const { hooks } = kratos();
	const answer = await fetch(new URL("/hooks/registration", inject("stack").graphql), {
		method: "POST",
		headers: { "content-type": "application/json", "x-apprun-hook-secret": hooks.secret },
		body: JSON.stringify(newcomer({ email: newEmail() })),
	});
	expect(answer.status).toBe(404);
});

test("deciding stores nothing, however often it is called", async () => {
	const person = newcomer({ email: newEmail() });
	const [one, two] = [await call("registration", person), await call("registration", person)];
	expect(one.status).toBe(200);
	const ids = [one, two].map(({ body }) => body.identity.metadata_public.tenant_id);
	expect(ids[0]).not.toBe(ids[1]);
	const rows = await query(inject("stack").database, "select from apprun.tenants where id = any ($1)", [ids]);
	expect(rows).toEqual([]);
});

test("writing twice, and at once, is writing once", async () => {
	const ada = await register();
	const stored = { identity: { id: ada.id, traits: { email: ada.email } } };
	const answers = await Promise.all(Array.from({ length: 5 }, () => call("registered", stored)));
	expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
	const rows = await query(
		inject("stack").database,
		"select apprun.member_roles(tenant_id, subject) as roles from apprun.memberships where subject = $1",
		[ada.id],
	);
	expect(rows).toEqual([{ roles: ["owner"] }]);
});

test("with another person's traits, or metadata that Kratos does not have, nothing of it is believed", async () => {
	const [ada, bob] = await Promise.all([register(), register()]);
	const lie = {
		identity: {
			id: bob.id,
			traits: { email: ada.email, tenant_id: ada.tenantId },
			metadata_public: { tenant_id: ada.tenantId, roles: ["owner"] },
		},
		transient_payload: { tenantName: "Stolen" },
	};
	expect((await call("registered", lie)).status).toBe(200);
	expect((await call("saved", lie)).status).toBe(200);
	const { data } = await ask("{ members { id email } }", {}, ada.byJwt);
	expect(data.members).toEqual([{ id: ada.id, email: ada.email }]);
	expect((await ask("{ members { id email } }", {}, bob.byJwt)).data.members).toEqual([
		{ id: bob.id, email: bob.email },
	]);
});

test("for somebody whom Kratos does not know, nothing is written", async () => {
	const id = randomUUID();
	const metadata = { tenant_id: randomUUID(), roles: ["owner"], tenant_name: "Ghosts" };
	const answer = await call("registered", {
		identity: { id, traits: { email: newEmail() }, metadata_public: metadata },
	});
	expect(answer.status).toBe(404);
	const rows = await query(inject("stack").database, "select from apprun.tenants where name = 'Ghosts'");
	expect(rows).toEqual([]);
});

test("a body that is no person is refused, and so are other methods and paths", async () => {
	for (const body of ["", "{", "[]", "null", "5", "{}", JSON.stringify({ identity: { id: 5 } })])
		expect((await call("registration", body)).status, body).toBeGreaterThanOrEqual(400);
	expect((await call("../registration", newcomer({ email: newEmail() }))).status).toBe(404);
	expect((await call("registration", `"${"x".repeat(1_100_000)}"`)).status).toBe(400);
});
