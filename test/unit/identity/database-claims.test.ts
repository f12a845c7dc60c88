// What the database is told about a principal: exactly that, signed, short-lived, and never another one's.
import { decodeProtectedHeader, jwtVerify } from "jose";
import { afterEach, expect, test, vi } from "vitest";
import { createDatabaseClaims } from "../../../src/identity/database-claims.ts";
import { anonymous, type UserPrincipal } from "../../../src/identity/principal.ts";

const secret = "the secret that PostgREST would verify with";
const key = new TextEncoder().encode(secret);
const now = () => Math.floor(Date.now() / 1000);

const ada: UserPrincipal = {
	kind: "user",
	subject: "ada",
	tenantId: "11111111-1111-4111-8111-111111111111",
	roles: ["owner", "reader"],
	expiresAt: now() + 3600,
	credential: "development-jwt",
};

const open = async ({ token }: { token: string }) => (await jwtVerify(token, key, { clockTolerance: "1 day" })).payload;

afterEach(() => vi.useRealTimers());

test("a user's token names role, tenant, subject and roles, and nothing else", async () => {
	const { token } = await createDatabaseClaims(secret)(ada);
	expect(decodeProtectedHeader(token).alg).toBe("HS256");
	expect(await open({ token })).toEqual({
		role: "apprun_user",
		tenant_id: ada.tenantId,
		sub: "ada",
		roles: ["owner", "reader"],
		exp: expect.any(Number),
	});
});

test("nobody's token names the anonymous role and no tenant", async () => {
	expect(await open(await createDatabaseClaims(secret)(anonymous))).toEqual({
		role: "apprun_anonymous",
		exp: expect.any(Number),
	});
});

test("a token lives five minutes at most", async () => {
	const { exp = 0 } = await open(await createDatabaseClaims(secret)(ada));
	expect(exp - now()).toBeGreaterThan(290);
	expect(exp - now()).toBeLessThanOrEqual(300);
});

test("a token does not outlive its credential", async () => {
	const end = now() + 100;
	const { exp } = await open(await createDatabaseClaims(secret)({ ...ada, expiresAt: end + 0.9 }));
	expect(exp).toBe(end);
});

test("a request that came in at the last second may finish", async () => {
	const { exp = 0 } = await open(await createDatabaseClaims(secret)({ ...ada, expiresAt: now() }));
	expect(exp - now()).toBeGreaterThan(5);
	expect(exp - now()).toBeLessThanOrEqual(10);
});

test("the same principal gets the same promise, until shortly before the end", async () => {
	const claimsFor = createDatabaseClaims(secret);
	const first = claimsFor(ada);
	expect(claimsFor({ ...ada })).toBe(first);
	vi.useFakeTimers({ now: Date.now() + 230_000, toFake: ["Date"] });
	expect(claimsFor(ada)).toBe(first);
	vi.setSystemTime(Date.now() + 15_000);
	const second = claimsFor(ada);
	expect(second).not.toBe(first);
	expect((await second).token).not.toBe((await first).token);
});

test("principals that differ in anything share no token", async () => {
	const claimsFor = createDatabaseClaims(secret);
	const others: UserPrincipal[] = [
		ada,
		{ ...ada, tenantId: "22222222-2222-4222-8222-222222222222" },
		{ ...ada, subject: "bob" },
		{ ...ada, roles: ["owner"] },
		{ ...ada, roles: ["owner,reader"] },
		{ ...ada, subject: 'ada","x' },
		{ ...ada, expiresAt: ada.expiresAt + 1 },
	];
	const promises = [claimsFor(anonymous), ...others.map(claimsFor)];
	expect(new Set(promises).size).toBe(promises.length);
	const [, ...payloads] = await Promise.all(promises.map(async (claims) => open(await claims)));
	payloads.forEach((payload, index) => {
		expect(payload).toMatchObject({ sub: others[index]?.subject, tenant_id: others[index]?.tenantId });
		expect(payload["roles"]).toEqual(others[index]?.roles);
	});
});
