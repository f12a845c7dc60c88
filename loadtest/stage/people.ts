// Requests of made-up people: development tokens for apprun, database tokens for the others, long enough for a whole run.
import { SignJWT } from "jose";
import { mintDevelopmentToken } from "../../src/identity/development-jwt.ts";
import type { Secrets } from "../../src/stack/secrets.ts";
import type { PlannedRequest } from "../plan.ts";

export const acme = "11111111-1111-4111-8111-111111111111";
export const globex = "22222222-2222-4222-8222-222222222222";

const subject = "00000000-0000-4000-8000-000000000001";
const lifeSeconds = 6 * 3600;

/** What apprun takes. */
export function callerToken({ developmentSecret }: Secrets, tenantId: string): Promise<string> {
	return mintDevelopmentToken(developmentSecret, { subject, tenantId, roles: ["owner"] }, lifeSeconds);
}

/** What apprun would make of it for PostgREST, but for its life of five minutes. */
export function databaseToken({ jwtSecret }: Secrets, tenantId: string): Promise<string> {
	const claims = { role: "apprun_user", tenant_id: tenantId, sub: subject, roles: ["owner"] };
	return new SignJWT({ ...claims, exp: Math.floor(Date.now() / 1000) + lifeSeconds })
		.setProtectedHeader({ alg: "HS256", typ: "JWT" })
		.sign(new TextEncoder().encode(jwtSecret));
}

/** A GraphQL operation for apprun. @param expected part of the right answer */
export function operation(
	url: string,
	token: string | null,
	body: { readonly query: string; readonly variables?: Readonly<Record<string, unknown>> },
	expected: string,
): PlannedRequest {
	return {
		method: "POST",
		url,
		headers: {
			"content-type": "application/json",
			accept: "application/json",
			...(token !== null && { authorization: `Bearer ${token}` }),
		},
		body: JSON.stringify({ ...body, query: body.query.replace(/\s+/g, " ") }),
		expected: { kind: "part", text: expected },
		weight: 1,
	};
}
