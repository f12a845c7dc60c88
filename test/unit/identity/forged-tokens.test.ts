// Every token that is not exactly what `apprun token` gives is refused, and says no more than expired, not yet, or not valid.
import { SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import { createDevelopmentVerifier, mintDevelopmentToken } from "../../../src/identity/development-jwt.ts";

const secret = "the secret that tokens of this file are signed with";
const key = new TextEncoder().encode(secret);
const tenantId = "11111111-1111-4111-8111-111111111111";
const verify = createDevelopmentVerifier(secret);
const now = () => Math.floor(Date.now() / 1000);

const claims = (changes: Record<string, unknown> = {}) => ({
	iss: "apprun-development",
	aud: "apprun",
	sub: "ada",
	tenant_id: tenantId,
	roles: ["owner"],
	exp: now() + 60,
	...changes,
});

const sign = (payload: Record<string, unknown>, alg = "HS256", signingKey = key) =>
	new SignJWT(payload).setProtectedHeader({ alg }).sign(signingKey);

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

async function tampered(): Promise<string> {
	const [header, , signature] = (await sign(claims())).split(".");
	return `${header}.${part(claims({ roles: ["admin"] }))}.${signature}`;
}

/** The message of the refusal; a token that is accepted fails the test. */
async function refusal(token: string): Promise<string> {
	const error = await verify(token).then(
		(principal) => expect.fail(`accepted as ${JSON.stringify(principal)}`),
		(thrown) => thrown,
	);
	expect(error).toMatchObject({ name: "AppError", code: "UNAUTHENTICATED" });
	return error.message;
}

test("a minted token gives its principal", async () => {
	const token = await mintDevelopmentToken(secret, { subject: "ada", tenantId, roles: ["owner", "reader"] }, 60);
	const principal = await verify(token);
	expect(principal).toEqual({
		kind: "user",
		subject: "ada",
		tenantId,
		roles: ["owner", "reader"],
		expiresAt: expect.any(Number),
		credential: "development-jwt",
	});
	expect(Math.abs(principal.expiresAt - now() - 60)).toBeLessThanOrEqual(2);
	expect(Object.isFrozen(principal) && Object.isFrozen(principal.roles)).toBe(true);
});

test("a tenant has one spelling", async () => {
	const upper = "ABCDEF00-0000-4000-8000-000000000000";
	expect((await verify(await sign(claims({ tenant_id: upper })))).tenantId).toBe(upper.toLowerCase());
});

test("an ended token says so", async () => {
	expect(await refusal(await sign(claims({ exp: now() - 60 })))).toBe("The token has expired.");
});

test("a token of the future says so", async () => {
	expect(await refusal(await sign(claims({ nbf: now() + 60 })))).toBe("The token is not valid yet.");
});

describe("is not valid", () => {
	const tokens: Record<string, () => string | Promise<string>> = {
		"another issuer": () => sign(claims({ iss: "somebody" })),
		"no issuer": () => sign(claims({ iss: undefined })),
		"another audience": () => sign(claims({ aud: "elsewhere" })),
		"no audience": () => sign(claims({ aud: undefined })),
		"no end": () => sign(claims({ exp: undefined })),
		"an end that is no number": () => `${part({ alg: "HS256" })}.${part(claims({ exp: "never" }))}.c2ln`,
		"no subject": () => sign(claims({ sub: undefined })),
		"an empty subject": () => sign(claims({ sub: "" })),
		"no tenant": () => sign(claims({ tenant_id: undefined })),
		"a tenant that is no UUID": () => sign(claims({ tenant_id: "acme" })),
		"a tenant with something behind it": () => sign(claims({ tenant_id: `${tenantId}\n` })),
		"a list of tenants": () => sign(claims({ tenant_id: [tenantId] })),
		"no roles": () => sign(claims({ roles: undefined })),
		"an empty list of roles": () => sign(claims({ roles: [] })),
		"roles that are one string": () => sign(claims({ roles: "owner" })),
		"a role that is no string": () => sign(claims({ roles: ["owner", 1] })),
		"an empty role": () => sign(claims({ roles: [""] })),
		"another secret": () => sign(claims(), "HS256", new TextEncoder().encode(`${secret}!`)),
		"an empty secret": () => `${part({ alg: "HS256" })}.${part(claims())}.`,
		"HS512 with our secret": () => sign(claims(), "HS512"),
		"alg none": () => `${part({ alg: "none" })}.${part(claims())}.`,
		"alg nOnE": () => `${part({ alg: "nOnE" })}.${part(claims())}.`,
		"an unknown alg": () => `${part({ alg: "HS257" })}.${part(claims())}.c2ln`,
		"no alg": () => `${part({})}.${part(claims())}.c2ln`,
		"an unknown critical header": () => `${part({ alg: "HS256", crit: ["x"], x: 1 })}.${part(claims())}.c2ln`,
		"a changed payload": tampered,
		"no payload": () => sign({}),
		"two parts": () => `${part({ alg: "HS256" })}.${part(claims())}`,
		"five parts, as an encrypted token": () => "a.b.c.d.e",
		"one word": () => "owner",
	};
	for (const [name, token] of Object.entries(tokens)) {
		test(name, async () => expect(await refusal(await token())).toBe("The token is not valid."));
	}
});

test("a token that verification would refuse is not minted", async () => {
	const identity = { subject: "ada", tenantId, roles: ["owner"] };
	await expect(mintDevelopmentToken(secret, { ...identity, tenantId: "acme" }, 60)).rejects.toThrow(TypeError);
	await expect(mintDevelopmentToken(secret, { ...identity, roles: [] }, 60)).rejects.toThrow(TypeError);
	await expect(mintDevelopmentToken(secret, { ...identity, subject: "" }, 60)).rejects.toThrow(TypeError);
});
