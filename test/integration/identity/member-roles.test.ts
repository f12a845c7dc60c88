// Roles of members are one thing with the links that Casbin decides by: given with a membership, changed by the
// administration of policies, gone with the membership, and told of in the log of policies.
import { expect, test, vi } from "vitest";
import { ask, codes, inviteTo, logIn, newEmail, type Registered, register } from "../../support/people.ts";

vi.setConfig({ testTimeout: 120_000 });

const remove = "mutation ($id: ID!) { removeMember(id: $id) }";
const give = "mutation ($user: String!, $role: String!) { assignRole(user: $user, role: $role) { role } }";
const take = "mutation ($user: String!, $role: String!) { revokeRole(user: $user, role: $role) { role } }";
const createProduct = 'mutation { createProduct(input: { name: "A lamp" }) { id } }';

async function join(owner: Registered, role: string): Promise<Registered> {
	const email = newEmail(role);
	return register({ email, invitation: await inviteTo(owner, email, role) });
}

const rolesOf = async ({ byJwt }: Registered) => (await ask("{ me { roles } }", {}, byJwt)).data.me.roles;

test("the founder's, and those who were invited, stand in the list of assignments and in the log", async () => {
	const owner = await register();
	const reader = await join(owner, "reader");
	const { data } = await ask("{ accessAssignments { user role } accessChanges { actor after } }", {}, owner.byJwt);
	const given = [
		{ user: owner.id, role: "owner" },
		{ user: reader.id, role: "reader" },
	];
	expect(data.accessAssignments).toEqual(expect.arrayContaining(given));
	expect(data.accessAssignments).toHaveLength(2);
	for (const { user, role } of given) {
		const after = { role: `role:${role}`, member: `user:${user}` };
		const lines = data.accessChanges.map((line: { actor: string; after: string }) => [
			line.actor,
			JSON.parse(line.after),
		]);
		expect(lines).toContainEqual([`user:${user}`, after]);
	}
});

test("a role that is given or taken shows in `me` and in what is allowed, with the credential that they have", async () => {
	const owner = await register();
	const bob = await join(owner, "reader");
	expect(codes(await ask(createProduct, {}, bob.byJwt))).toEqual(["FORBIDDEN"]);
	await ask(give, { user: bob.id, role: "editor" }, owner.byJwt);
	expect((await ask(createProduct, {}, bob.byJwt)).errors).toEqual([]);
	await vi.waitFor(async () => expect(await rolesOf(bob)).toEqual(["editor", "reader"]));
	for (const role of ["editor", "reader"]) {
		expect((await ask(take, { user: bob.id, role }, owner.byJwt)).errors).toEqual([]);
		expect(codes(await ask(createProduct, {}, bob.byJwt))).toEqual(["FORBIDDEN"]);
	}
	expect(codes(await ask("{ products { id } }", {}, bob.byJwt))).toEqual(["FORBIDDEN"]);
	await vi.waitFor(async () => expect(await rolesOf(bob)).toEqual([]));
});

test("the last owner cannot be taken the role, whoever else was given it without being there", async () => {
	const owner = await register();
	const self = { user: owner.id, role: "owner" };
	expect(codes(await ask(take, self, owner.byJwt))).toEqual(["CONFLICT"]);
	expect((await ask(give, { user: "somebody-elsewhere", role: "owner" }, owner.byJwt)).errors).toEqual([]);
	expect(codes(await ask(take, self, owner.byJwt))).toEqual(["CONFLICT"]);
	expect(codes(await ask(remove, { id: owner.id }, owner.byJwt))).toEqual(["CONFLICT"]);

	const bob = await join(owner, "reader");
	await ask(give, { user: bob.id, role: "owner" }, owner.byJwt);
	expect((await ask(take, self, owner.byJwt)).errors).toEqual([]);
	expect(codes(await ask(remove, { id: bob.id }, bob.byJwt))).toEqual(["CONFLICT"]);
});

test("who was removed and is invited again has the role of the invitation, and none of those before", async () => {
	const owner = await register();
	const bob = await join(owner, "editor");
	await ask(give, { user: bob.id, role: "admin" }, owner.byJwt);
	expect((await ask(remove, { id: bob.id }, owner.byJwt)).data.removeMember).toBe(true);
	const { data } = await ask("{ accessAssignments { user } }", {}, owner.byJwt);
	expect(data.accessAssignments).toEqual([{ user: owner.id }]);
	const again = await logIn(bob.email, undefined, await inviteTo(owner, bob.email, "reader"));
	expect(await rolesOf(again)).toEqual(["reader"]);
	expect(codes(await ask(createProduct, {}, again.byJwt))).toEqual(["FORBIDDEN"]);
});

test("nobody invites into a role that holds more than they do, or removes who has one; own roles count by their rules", async () => {
	const owner = await register();
	const admin = await join(owner, "admin");
	const made = await ask('mutation { createAccessRole(input: { name: "deputy" }) { name } }', {}, owner.byJwt);
	expect(made.errors).toEqual([]);
	const rule = `input: { subject: "role:deputy", object: "admin/tenant", action: "manage" }`;
	await ask(`mutation { addAccessRule(${rule}) { object } }`, {}, owner.byJwt);
	const deputy = await join(owner, "deputy");
	expect(await rolesOf(deputy)).toEqual(["deputy"]);
	await expect(inviteTo(admin, newEmail(), "deputy")).rejects.toThrow("FORBIDDEN");
	expect(codes(await ask(remove, { id: deputy.id }, admin.byJwt))).toEqual(["FORBIDDEN"]);
	await ask(`mutation { removeAccessRule(${rule}) { object } }`, {}, owner.byJwt);
	expect(await inviteTo(admin, newEmail(), "deputy")).toMatch(/./);
	expect((await ask(remove, { id: deputy.id }, admin.byJwt)).data.removeMember).toBe(true);
});

test("who manages people is a matter of rules: a denial to a role holds, and another role may be allowed to", async () => {
	const owner = await register();
	const [admin, reader] = [await join(owner, "admin"), await join(owner, "reader")];
	const rule = (subject: string, effect: string) =>
		`mutation { addAccessRule(input: { subject: "${subject}", object: "admin/member", action: "manage", effect: ${effect} }) { object } }`;
	expect((await ask(rule("role:admin", "DENY"), {}, owner.byJwt)).errors).toEqual([]);
	expect(codes(await ask(remove, { id: reader.id }, admin.byJwt))).toEqual(["FORBIDDEN"]);
	await expect(inviteTo(admin, newEmail(), "reader")).rejects.toThrow("FORBIDDEN");
	const editor = await join(owner, "editor");
	expect((await ask(rule("role:editor", "ALLOW"), {}, owner.byJwt)).errors).toEqual([]);
	expect(await inviteTo(editor, newEmail(), "editor")).toMatch(/./);
	expect(codes(await ask(remove, { id: admin.id }, editor.byJwt))).toEqual(["FORBIDDEN"]);
});
