// An invitation is worth one registration, of one e-mail address, into one tenant, with one role.
import { expect, inject, test, vi } from "vitest";
import { query } from "../../support/database.ts";
import {
	ask,
	codes,
	inviteTo,
	logIn,
	loginMutation,
	newEmail,
	password,
	register,
	registerMutation,
} from "../../support/people.ts";

vi.setConfig({ testTimeout: 120_000 });

const invite = `mutation ($email: String!, $role: String!, $expiresIn: Int! = 3600) {
	invite(email: $email, role: $role, expiresIn: $expiresIn) { secret invitation { id email role status } }
}`;

async function refusalOf(input: object): Promise<{ field: unknown; message: string | undefined }> {
	const answer = await ask(registerMutation, { input: { password, ...input } });
	expect(codes(answer)).toEqual(["BAD_USER_INPUT"]);
	return { field: answer.errors[0]?.extensions["field"], message: answer.errors[0]?.message };
}

test("it brings exactly its address into its tenant with its role", async () => {
	const owner = await register();
	const email = newEmail("Bob.Mixed-Case");
	const secret = await inviteTo(owner, email.toUpperCase(), "reader");
	const bob = await register({ email, invitation: secret });
	expect(bob.tenantId).toBe(owner.tenantId);
	const { data } = await ask("{ me { roles } members { email roles } }", {}, bob.byJwt);
	expect(data.me.roles).toEqual(["reader"]);
	expect(data.members).toEqual([
		{ email: owner.email, roles: ["owner"] },
		{ email, roles: ["reader"] },
	]);
	const list = await ask("{ invitations { email status } }", {}, owner.byJwt);
	expect(list.data.invitations).toEqual([{ email: email.toLowerCase(), status: "USED" }]);
});

test("it is for one address", async () => {
	const owner = await register();
	const secret = await inviteTo(owner, newEmail("meant"), "owner");
	expect(await refusalOf({ email: newEmail("thief"), invitation: secret })).toEqual({
		field: "input.invitation",
		message: "input.invitation: The invitation was made for another e-mail address.",
	});
});

test("used twice, revoked or expired it is not known any more", async () => {
	const owner = await register();
	const unknown = "input.invitation: The invitation is not known, has expired, or was used already.";
	const email = newEmail();
	const used = await inviteTo(owner, email, "reader");
	const bob = await register({ email, invitation: used });
	await fetch(`${inject("stack").kratos?.adminUrl}/admin/identities/${bob.id}`, { method: "DELETE" });
	expect(await refusalOf({ email, invitation: used })).toEqual({ field: "input.invitation", message: unknown });

	const other = newEmail();
	const made = await ask(invite, { email: other, role: "reader" }, owner.byJwt);
	const { id } = made.data.invite.invitation;
	const revoke = "mutation ($id: ID!) { revokeInvitation(id: $id) }";
	expect((await ask(revoke, { id }, owner.byJwt)).data.revokeInvitation).toBe(true);
	expect((await ask(revoke, { id }, owner.byJwt)).data.revokeInvitation).toBe(false);
	expect((await refusalOf({ email: other, invitation: made.data.invite.secret })).message).toBe(unknown);

	const late = newEmail();
	const expired = await inviteTo(owner, late, "reader");
	await query(
		inject("stack").database,
		"update apprun.invitations set expires_at = now() - interval '1 second' where email = $1",
		[late],
	);
	expect((await refusalOf({ email: late, invitation: expired })).message).toBe(unknown);
});

test("two registrations with it at the same moment end with one member", async () => {
	const owner = await register();
	const email = newEmail("twice");
	const secret = await inviteTo(owner, email, "reader");
	const both = await Promise.all(
		[1, 2].map(() => ask(registerMutation, { input: { email, password, invitation: secret } })),
	);
	expect(both.filter(({ data }) => data !== null)).toHaveLength(1);
	const { data } = await ask("{ members { email } }", {}, owner.byJwt);
	expect(data.members).toHaveLength(2);
});

test("a tenant that is asked for besides must be the invitation's", async () => {
	const [owner, other] = await Promise.all([register(), register()]);
	const email = newEmail();
	const secret = await inviteTo(owner, email, "reader");
	const { publicUrl } = inject("stack").kratos ?? { publicUrl: "" };
	const flow = (await (await fetch(`${publicUrl}/self-service/registration/api`)).json()) as { id: string };
	const send = (tenantId: string) =>
		fetch(`${publicUrl}/self-service/registration?flow=${flow.id}`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify({
				method: "password",
				password,
				traits: { email, tenant_id: tenantId },
				transient_payload: { invitation: secret },
			}),
		});
	expect((await send(other.tenantId)).status).toBe(400);
	expect((await send(owner.tenantId)).status).toBe(200);
});

test("somebody who is signed in accepts one that is theirs, and works there in all their sessions", async () => {
	const accept =
		"mutation ($secret: String!) { acceptInvitation(secret: $secret) { sessionToken jwt me { tenant { id } roles } } }";
	const [owner, ada, bob] = await Promise.all([register(), register(), register()]);
	const secret = await inviteTo(owner, ada.email, "editor");
	for (const [person, wrong] of [
		[bob, secret],
		[ada, "no such secret"],
	] as const) {
		const { errors } = await ask(accept, { secret: wrong }, person.bySession);
		expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", field: "secret" } }]);
	}
	expect(codes(await ask(accept, { secret }))).toEqual(["UNAUTHENTICATED"]);
	const there = { tenant: { id: owner.tenantId }, roles: ["editor"] };
	const accepted = await ask(accept, { secret }, ada.bySession);
	expect(accepted.data.acceptInvitation).toMatchObject({ sessionToken: ada.sessionToken, me: there });
	expect((await ask("{ me { tenant { id } roles } }", {}, ada.bySession)).data.me).toEqual(there);
	expect(codes(await ask(accept, { secret }, ada.bySession))).toEqual(["BAD_USER_INPUT"]);

	const another = await inviteTo(owner, bob.email, "reader");
	const byJwt = await ask(accept, { secret: another }, bob.byJwt);
	expect(byJwt.data.acceptInvitation).toMatchObject({ jwt: null, me: { ...there, roles: ["reader"] } });
});

test("nobody invites above themselves, and readers and editors invite nobody", async () => {
	const owner = await register();
	const join = async (role: string) => {
		const email = newEmail(role);
		return register({ email, invitation: await inviteTo(owner, email, role) });
	};
	const [admin, editor, reader] = [await join("admin"), await join("editor"), await join("reader")];
	const codeOf = async (person: typeof admin, role: string) =>
		codes(await ask(invite, { email: newEmail(), role }, person.byJwt));
	expect(await codeOf(admin, "owner")).toEqual(["FORBIDDEN"]);
	expect(await codeOf(admin, "admin")).toEqual([]);
	expect(await codeOf(admin, "reader")).toEqual([]);
	expect(await codeOf(editor, "reader")).toEqual(["FORBIDDEN"]);
	expect(await codeOf(reader, "reader")).toEqual(["FORBIDDEN"]);
	expect(codes(await ask("{ invitations { id } }", {}, reader.byJwt))).toEqual(["FORBIDDEN"]);
});

test("an invitation with an unusable argument names it", async () => {
	const owner = await register();
	const cases = [
		[{ email: "nobody", role: "reader" }, "email"],
		[{ email: newEmail(), role: "emperor" }, "role"],
		[{ email: newEmail(), role: "reader", expiresIn: 5 }, "expiresIn"],
		[{ email: newEmail(), role: "reader", expiresIn: 2_592_001 }, "expiresIn"],
	] as const;
	for (const [variables, field] of cases) {
		const answer = await ask(invite, variables, owner.byJwt);
		expect(codes(answer)).toEqual(["BAD_USER_INPUT"]);
		expect(answer.errors[0]?.extensions["field"]).toBe(field);
	}
});

test("invitations of another tenant can neither be seen nor revoked", async () => {
	const [owner, other] = await Promise.all([register(), register()]);
	const made = await ask(invite, { email: newEmail(), role: "reader" }, owner.byJwt);
	const { id } = made.data.invite.invitation;
	expect((await ask("{ invitations { id } }", {}, other.byJwt)).data.invitations).toEqual([]);
	const revoke = "mutation ($id: ID!) { revokeInvitation(id: $id) }";
	expect((await ask(revoke, { id }, other.byJwt)).data.revokeInvitation).toBe(false);
	expect((await ask("{ invitations { id status } }", {}, owner.byJwt)).data.invitations).toEqual([
		{ id, status: "OPEN" },
	]);
});

test("somebody with an account joins by signing in with it, and then has two tenants", async () => {
	const [owner, bob] = await Promise.all([register(), register({ name: "Bob" })]);
	const secret = await inviteTo(owner, bob.email, "editor");
	const again = await logIn(bob.email, undefined, secret);
	expect(again.tenantId).toBe(owner.tenantId);
	const { data } = await ask("{ me { roles memberships { tenant { id } roles } } }", {}, again.byJwt);
	expect(data.me.roles).toEqual(["editor"]);
	expect(data.me.memberships.map((one: { tenant: { id: string } }) => one.tenant.id).sort()).toEqual(
		[owner.tenantId, bob.tenantId].sort(),
	);
	const stolen = await ask(loginMutation, { input: { email: owner.email, password, invitation: secret } });
	expect(codes(stolen)).toEqual(["BAD_USER_INPUT"]);
});
