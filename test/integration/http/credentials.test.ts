// Who may see what, through the real server: forged credentials see nothing at all, not even what nobody sees.
import { SignJWT } from "jose";
import { describe, expect, inject, test } from "vitest";
import { demoTenants, type GraphqlBody, tokenFor } from "../../support/open-app.ts";

const { graphql: url, developmentSecret, postgrest } = inject("stack");
const list: GraphqlBody = { query: "{ products(limit: 1) { id tenantId } }" };
const now = () => Math.floor(Date.now() / 1000);

async function send(headers: Record<string, string>, body: unknown = list) {
	const answer = await fetch(url, {
		method: "POST",
		headers: { "content-type": "application/json", ...headers },
		body: JSON.stringify(body),
	});
	return { status: answer.status, body: await answer.json() };
}

const claims = (changes: Record<string, unknown> = {}) => ({
	iss: "apprun-development",
	aud: "apprun",
	sub: "mallory",
	tenant_id: demoTenants.acme,
	roles: ["owner"],
	exp: now() + 60,
	...changes,
});
const sign = (payload: Record<string, unknown>, secret: string) =>
	new SignJWT(payload).setProtectedHeader({ alg: "HS256" }).sign(new TextEncoder().encode(secret));
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

test("a tenant sees its own rows", async () => {
	for (const tenant of ["acme", "globex"] as const) {
		const { status, body } = await send({ authorization: `Bearer ${await tokenFor({ tenant, role: "owner" })}` });
		expect(status).toBe(200);
		expect(body.data.products).toEqual([{ id: expect.any(String), tenantId: demoTenants[tenant] }]);
	}
});

describe("is refused with 401", () => {
	const tokens: Readonly<Record<string, () => string | Promise<string>>> = {
		"a token that has ended": () => sign(claims({ exp: now() - 60 }), developmentSecret),
		"a token for another audience": () => sign(claims({ aud: "elsewhere" }), developmentSecret),
		"a token without a tenant": () => sign(claims({ tenant_id: undefined }), developmentSecret),
		"a token of another secret": () => sign(claims(), "x".repeat(64)),
		"alg none": () => `${part({ alg: "none" })}.${part(claims())}.`,
		"a token signed with PostgREST's secret": () => sign(claims(), postgrest.jwtSecret),
		"PostgREST's own kind of token": () =>
			sign({ role: "apprun_user", tenant_id: demoTenants.acme, sub: "mallory", exp: now() + 60 }, postgrest.jwtSecret),
	};
	test.each(Object.entries(tokens))("%s", async (_name, token) => {
		const { status, body } = await send({ authorization: `Bearer ${await token()}` });
		expect(status).toBe(401);
		expect(body).toEqual({
			errors: [
				{
					message: expect.stringMatching(/^The token (has expired|is not valid)\.$/),
					extensions: { code: "UNAUTHENTICATED", hint: expect.any(String) },
				},
			],
		});
	});
});

test("a development token is nothing to PostgREST, whatever it claims", async () => {
	expect(developmentSecret).not.toBe(postgrest.jwtSecret);
});

test.each(["x-tenant-id", "x-hasura-tenant-id", "tenant_id", "cookie", "role"])(
	"header %s chooses no tenant",
	async (name) => {
		const authorization = `Bearer ${await tokenFor({ tenant: "acme", role: "owner" })}`;
		const { body } = await send({ authorization, [name]: demoTenants.globex });
		expect(body.data.products[0].tenantId).toBe(demoTenants.acme);
		const nobody = await send({ [name]: demoTenants.globex });
		expect(nobody.body.data?.products ?? []).toEqual([]);
	},
);

test("nobody sees no row, and is told why in the form of every error", async () => {
	const { status, body } = await send({});
	expect(body.data?.products ?? []).toEqual([]);
	expect([200, 401, 403]).toContain(status);
	for (const error of body.errors ?? []) {
		expect(["FORBIDDEN", "UNAUTHENTICATED"]).toContain(error.extensions.code);
		expect(error.message).not.toMatch(/permission denied|apprun_anonymous|relation|schema/i);
	}
});
