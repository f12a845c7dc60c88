// People of a tenant: who sees and removes whom, working in several tenants, renaming and suspending one.
import { expect, inject, test, vi } from "vitest";
import { query } from "../../support/database.ts";
import { tokenFor } from "../../support/open-app.ts";
import { ask, codes, inviteTo, logIn, newEmail, type Registered, register } from "../../support/people.ts";

vi.setConfig({ testTimeout: 120_000 });

const remove = "mutation ($id: ID!) { removeMember(id: $id) }";
const switchTo = `mutation ($tenant: ID!) { switchTenant(tenant: $tenant) {
	sessionToken jwt me { tenant { id } roles memberships { tenant { id } } }
} }`;

async function join(owner: Registered, role: string): Promise<Registered> {
	const email = newEmail(role);
	return register({ email, invitation: await inviteTo(owner, email, role) });
}

test("a removed person is out at once, with every credential, and does not come back by signing in", async () => {
	const owner = await register();
	const bob = await join(owner, "editor");
	expect((await ask("{ me { id } }", {}, bob.byJwt)).status).toBe(200);
	expect((await ask(remove, { id: bob.id }, owner.byJwt)).data.removeMember).toBe(true);
	for (const headers of [bob.byJwt, bob.bySession]) {
		const answer = await ask("{ products { id } }", {}, headers);
		expect([answer.status, codes(answer)]).toEqual([401, ["UNAUTHENTICATED"]]);
	}
	await expect(logIn(bob.email)).rejects.toThrow("belongs to no tenant");
	expect((await ask(remove, { id: bob.id }, owner.byJwt)).data.removeMember).toBe(false);
	expect((await ask("{ members { id } }", {}, owner.byJwt)).data.members).toEqual([{ id: owner.id }]);
	const again = await logIn(bob.email, undefined, await inviteTo(owner, bob.email, "reader"));
	expect((await ask("{ me { roles } }", {}, again.byJwt)).data.me.roles).toEqual(["reader"]);
});

test("who may remove whom", async () => {
	const owner = await register();
	const [admin, editor, reader] = [
		await join(owner, "admin"),
		await join(owner, "editor"),
		await join(owner, "reader"),
	];
	const stranger = await register();
	expect(codes(await ask(remove, { id: reader.id }, editor.byJwt))).toEqual(["FORBIDDEN"]);
	expect(codes(await ask(remove, { id: owner.id }, admin.byJwt))).toEqual(["FORBIDDEN"]);
	expect((await ask(remove, { id: owner.id }, stranger.byJwt)).data.removeMember).toBe(false);
	expect((await ask(remove, { id: reader.id }, admin.byJwt)).data.removeMember).toBe(true);
	expect((await ask(remove, { id: editor.id }, editor.byJwt)).data.removeMember).toBe(true);
	expect(codes(await ask(remove, { id: owner.id }, owner.byJwt))).toEqual(["CONFLICT"]);
});

test("of two owners who remove each other at once, one stays", async () => {
	const one = await register();
	const two = await join(one, "owner");
	await Promise.all([ask(remove, { id: two.id }, one.byJwt), ask(remove, { id: one.id }, two.byJwt)]);
	const rows = await query(
		inject("stack").database,
		"select subject from apprun.memberships where tenant_id = $1 and removed_at is null",
		[one.tenantId],
	);
	expect(rows).toHaveLength(1);
});

test("somebody in two tenants works in one at a time, and cannot switch to a third", async () => {
	const [owner, bob, stranger] = await Promise.all([register(), register(), register()]);
	await ask('mutation { createProduct(input: { name: "Theirs" }) { id } }', {}, owner.byJwt);
	const there = await logIn(bob.email, undefined, await inviteTo(owner, bob.email, "editor"));
	expect((await ask("{ products { name } }", {}, there.byJwt)).data.products).toEqual([{ name: "Theirs" }]);

	const back = await ask(switchTo, { tenant: bob.tenantId }, there.bySession);
	expect(back.data.switchTenant).toMatchObject({
		sessionToken: there.sessionToken,
		me: { tenant: { id: bob.tenantId }, roles: ["owner"] },
	});
	const jwt = { authorization: `Bearer ${back.data.switchTenant.jwt}` };
	for (const headers of [jwt, there.bySession])
		expect((await ask("{ products { name } }", {}, headers)).data.products).toEqual([]);

	for (const tenant of [stranger.tenantId, "acme", "11111111-1111-4111-8111-111111111111"])
		expect(codes(await ask(switchTo, { tenant }, there.bySession))).toEqual(["NOT_FOUND"]);
});

test("removed from the one where they work, they go on in the other", async () => {
	const [owner, bob] = await Promise.all([register(), register()]);
	await logIn(bob.email, undefined, await inviteTo(owner, bob.email, "editor"));
	expect((await ask(remove, { id: bob.id }, owner.byJwt)).data.removeMember).toBe(true);
	expect((await logIn(bob.email)).tenantId).toBe(bob.tenantId);
});

test("renaming is for owners and admins, and shows", async () => {
	const owner = await register();
	const reader = await join(owner, "reader");
	const rename = "mutation ($name: String!) { renameTenant(name: $name) { id name } }";
	expect(codes(await ask(rename, { name: "Mine now" }, reader.byJwt))).toEqual(["FORBIDDEN"]);
	for (const name of ["", "  ", "x".repeat(201), "a\nb"])
		expect(codes(await ask(rename, { name }, owner.byJwt))).toEqual(["BAD_USER_INPUT"]);
	const { data } = await ask(rename, { name: " Lamps & Söhne " }, owner.byJwt);
	expect(data.renameTenant).toEqual({ id: owner.tenantId, name: "Lamps & Söhne" });
	await vi.waitFor(async () => {
		const { data } = await ask("{ me { tenant { name } } }", {}, reader.byJwt);
		expect(data.me.tenant.name).toBe("Lamps & Söhne");
	});
});

test("people of a suspended tenant are refused within a second, and again accepted afterwards", async () => {
	const owner = await register();
	const { database } = inject("stack");
	const suspend = (value: string) =>
		query(database, `update apprun.tenants set suspended_at = ${value} where id = $1`, [owner.tenantId]);
	expect((await ask("{ me { id } }", {}, owner.byJwt)).status).toBe(200);
	expect((await ask("{ me { id } }", {}, owner.bySession)).status).toBe(200);
	await suspend("now()");
	await vi.waitFor(
		async () => {
			for (const headers of [owner.byJwt, owner.bySession])
				expect(codes(await ask("{ products { id } }", {}, headers))).toEqual(["FORBIDDEN"]);
		},
		{ timeout: 1000, interval: 50 },
	);
	await expect(logIn(owner.email)).rejects.toThrow("FORBIDDEN");
	await suspend("null");
	await vi.waitFor(async () => expect((await ask("{ me { id } }", {}, owner.byJwt)).status).toBe(200), {
		timeout: 1000,
	});
});

test("a development token has a tenant and no account", async () => {
	const token = await tokenFor({ tenant: "acme", role: "owner" });
	const headers = { authorization: `Bearer ${token}` };
	const { data } = await ask("{ me { email roles tenant { slug } session { id } } }", {}, headers);
	expect(data.me).toEqual({ email: null, roles: ["owner"], tenant: { slug: "acme" }, session: null });
	expect((await ask("{ me { id } }")).data.me).toBeNull();
});
