// What the server writes into metadata_public is what it reads back, and nothing else is read out of it.
import { expect, test } from "vitest";
import { untilGrid } from "../../../src/identity/kratos/sign-in.ts";
import { readAssignment, readPerson, writeAssignment } from "../../../src/identity/tenancy/assignment.ts";
import { isTenantName } from "../../../src/identity/tenancy/decide-registration.ts";
import { slugsFor } from "../../../src/identity/tenancy/provision.ts";

const tenantId = "0f5b4efb-7ac0-4d33-aabd-8b4914c4d6a1";

test("written and read is the same", () => {
	const assignment = { tenantId, roles: ["owner"], invitationId: null, tenantName: "Lamps" };
	expect(readAssignment(writeAssignment(assignment))).toEqual(assignment);
	const joined = { tenantId, roles: ["reader"], invitationId: tenantId, tenantName: null };
	expect(readAssignment(writeAssignment(joined))).toEqual(joined);
});

test("what is no assignment is none", () => {
	for (const metadata of [null, undefined, [], "x", {}, { tenant_id: 5 }, { tenant_id: "acme" }, { tenant_id: null }])
		expect(readAssignment(metadata)).toBeNull();
	expect(readAssignment({ tenant_id: tenantId.toUpperCase(), roles: ["a", 5, null] })).toMatchObject({
		tenantId,
		roles: ["a"],
	});
});

test("an identity without id or address is refused", () => {
	for (const identity of [null, {}, { id: "x" }, { id: "x", traits: {} }, { traits: { email: "a@b" } }])
		expect(() => readPerson(identity)).toThrow(TypeError);
});

test("slugs fit the database, whatever a tenant is called", () => {
	const names = ["Lamps & Söhne", "", "---", "日本語", "A".repeat(300), "a-".repeat(60), "Ünïcode  name "];
	for (const name of names)
		for (const slug of slugsFor(name, tenantId)) expect(slug).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
	expect(slugsFor("Lamps & Söhne", tenantId)).toEqual(["lamps-sohne", "lamps-sohne-0f5b4efb"]);
});

test("names of tenants", () => {
	for (const name of ["x", "Lamps & Söhne", "日本語", "x".repeat(200)]) expect(isTenantName(name)).toBe(true);
	for (const name of ["", "  ", "a\nb", "a\u0000b", "x".repeat(201), 5, null, {}, ["x"]])
		expect(isTenantName(name)).toBe(false);
});

test("a refusal is answered on a grid of half seconds", () => {
	for (const elapsed of [0, 1, 60, 499, 500, 501, 999, 1300]) {
		const whole = elapsed + untilGrid(elapsed);
		expect(whole % 500).toBe(0);
		expect(whole).toBeGreaterThanOrEqual(Math.max(elapsed, 500));
	}
});
