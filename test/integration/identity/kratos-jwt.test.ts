// A JWT of Kratos is believed when everything about it is right, and refused, never anonymous, when anything is not.
import { createPublicKey, randomUUID } from "node:crypto";
import { exportJWK, generateKeyPair, type JWK, type JWTPayload } from "jose";
import { beforeAll, expect, inject, test, vi } from "vitest";
import { claimsFor, signed, signingKey } from "../../support/kratos.ts";
import { ask, codes, type Registered, register } from "../../support/people.ts";

vi.setConfig({ testTimeout: 60_000 });

let ada: Registered;
beforeAll(async () => {
	ada = await register();
}, 60_000);

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
/** Claims of a token that would be accepted, with changes; undefined leaves one out. */
const claims = (changes: Readonly<Record<string, unknown>> = {}): JWTPayload =>
	claimsFor(ada.id, ada.tenantId, changes as JWTPayload);
const now = () => Math.floor(Date.now() / 1000);

async function refused(token: string, message?: string): Promise<void> {
	const answer = await ask("{ me { id } products { id } }", {}, bearer(token));
	expect([answer.status, codes(answer), answer.data]).toEqual([401, ["UNAUTHENTICATED"], null]);
	if (message !== undefined) expect(answer.errors[0]?.message).toBe(message);
}

async function newKey(changes: Partial<JWK> = {}): Promise<JWK> {
	const { privateKey } = await generateKeyPair("ES256", { extractable: true });
	return { ...(await exportJWK(privateKey)), alg: "ES256", kid: "another", ...changes };
}

test("one that is as Kratos makes it is accepted: what follows fails for one reason each", async () => {
	const { data } = await ask("{ me { id tenant { id } } }", {}, bearer(await signed(claims())));
	expect(data.me).toEqual({ id: ada.id, tenant: { id: ada.tenantId } });
});

test("expired, and not yet valid", async () => {
	await refused(await signed(claims({ exp: now() - 60 })), "The token has expired.");
	await refused(await signed(claims({ nbf: now() + 600 })), "The token is not valid yet.");
});

test("another issuer, another audience, none of them", async () => {
	for (const changes of [{ iss: "somebody" }, { iss: undefined }, { aud: "another" }, { aud: undefined }])
		await refused(await signed(claims(changes)), "The token is not valid.");
});

test("without a claim that is needed, or with one of another type", async () => {
	const broken = [
		{ sub: undefined },
		{ sub: "" },
		{ sub: "not a uuid" },
		{ sid: undefined },
		{ exp: undefined },
		{ iat: undefined },
		{ session_issued_at: undefined },
		{ session_issued_at: "yesterday" },
		{ session_issued_at: 5 },
	];
	for (const changes of broken) await refused(await signed(claims(changes)), "The token is not valid.");
});

test("without a tenant, with one that is none, and with another person's", async () => {
	const other = await register();
	const hint = "This person belongs to no tenant.";
	await refused(await signed(claimsFor(ada.id, null)), hint);
	await refused(await signed(claims({ tenant_id: "acme" })), hint);
	await refused(await signed(claims({ tenant_id: other.tenantId })), hint);
	await refused(await signed(claims({ tenant_id: "11111111-1111-4111-8111-111111111111" })), hint);
});

test("of somebody who does not exist", async () => {
	await refused(await signed(claimsFor(randomUUID(), ada.tenantId)), "The person behind this credential is gone.");
});

test("roles in the token change nothing: the membership says which", async () => {
	const { data } = await ask("{ me { roles } }", {}, bearer(await signed(claims({ roles: ["emperor"] }))));
	expect(data.me.roles).toEqual(["owner"]);
});

test("alg none, in every spelling", async () => {
	const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
	for (const alg of ["none", "None", "NONE", "nOnE", ""])
		for (const signature of ["", "x", "AAAA"])
			await refused(`${part({ alg, typ: "JWT" })}.${part(claims())}.${signature}`.replace(/\.$/, ".AA"));
});

test("HS256 signed with the public key, as PEM, DER and JWK", async () => {
	const { d: _d, ...open } = signingKey();
	const key = createPublicKey({ key: open as never, format: "jwk" });
	const secrets = [
		key.export({ type: "spki", format: "pem" }) as string,
		key.export({ type: "spki", format: "der" }) as Buffer,
		JSON.stringify(open),
	];
	for (const secret of secrets) {
		const k = Buffer.from(secret).toString("base64url");
		const kid = signingKey().kid ?? "";
		await refused(await signed(claims(), { kty: "oct", k, alg: "HS256", kid }), "The token is not valid.");
	}
});

test("signed with another key: unknown kid, our kid, no kid, a key that the header brings along", async () => {
	const key = await newKey();
	await refused(await signed(claims(), key), "The token is not valid.");
	await refused(await signed(claims(), { ...key, kid: signingKey().kid ?? "" }), "The token is not valid.");
	const { kid: _kid, ...nameless } = key;
	await refused(await signed(claims(), nameless), "The token is not valid.");
	const { d: _d, ...open } = key;
	await refused(await signed(claims(), key, { jwk: open }), "The token is not valid.");
	await refused(await signed(claims(), key, { jku: "http://127.0.0.1:9/keys" }), "The token is not valid.");
});

test("tampered: every part of it", async () => {
	const [header = "", payload = "", signature = ""] = (await signed(claims())).split(".");
	const altered = { ...JSON.parse(Buffer.from(payload, "base64url").toString()), tenant_id: randomUUID() };
	const other = Buffer.from(JSON.stringify(altered)).toString("base64url");
	const flipped = `${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`;
	for (const token of [
		`${header}.${other}.${signature}`,
		`${header}.${payload}.${flipped}`,
		`${header}.${payload}.`,
		`${header}.${payload}`,
		`.${payload}.${signature}`,
		`${header}..${signature}`,
		`${header}.${payload}.${signature}.`,
		"..",
		"a.b.c",
	])
		await refused(token);
});

test("100 kB of token ends before anything is verified", async () => {
	const answer = await fetch(inject("stack").graphql, {
		method: "POST",
		headers: { "content-type": "application/json", authorization: `Bearer ${"a".repeat(100_000)}` },
		body: JSON.stringify({ query: "{ me { id } }" }),
	});
	// Node itself reads no more than 16 kB of headers.
	expect(answer.status).toBe(431);
	await refused("a".repeat(10_000));
});

test("a header that is injected into a token reaches nothing", async () => {
	for (const text of ["x\r\nX-Session-Token: y", "x\ny", "x\u0000y"])
		await expect(ask("{ me { id } }", {}, bearer(text))).rejects.toThrow();
	for (const token of ["x, y", "x;y", 'x"y', "x%0d%0ay"]) await refused(token);
	const cookie = await ask("{ me { id } }", {}, { cookie: "ory_kratos_session=x y; ory_kratos_session=z" });
	expect(codes(cookie)).toEqual(["UNAUTHENTICATED"]);
});
