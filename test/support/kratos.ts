// Kratos as a test sees it: its admin API, its own flows, and its signing keys.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { importJWK, type JWK, type JWTPayload, SignJWT } from "jose";
import { inject } from "vitest";
import type { KratosEndpoint } from "../../src/stack/endpoints.ts";
import "./provided-stack.ts";

/** The Kratos of the run. */
export function kratos(): KratosEndpoint {
	const { kratos } = inject("stack");
	if (kratos === null) throw new Error("the test stack has no Kratos");
	return kratos;
}

const json = { "content-type": "application/json", accept: "application/json" };

/** Calls the admin API. */
export async function admin(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
	const sent = body === undefined ? {} : { body: JSON.stringify(body) };
	const answer = await fetch(`${kratos().adminUrl}/admin${path}`, { method, headers: json, ...sent });
	return { status: answer.status, body: answer.status === 204 ? null : await answer.json() };
}

/** A JSON answer of Kratos' public API. */
export interface FlowAnswer {
	readonly status: number;
	readonly text: string;
	// biome-ignore lint/suspicious/noExplicitAny: flows have many shapes
	readonly body: any;
}

/** Runs a native flow at Kratos itself, past apprun: opens it, sends one body, gives the answer. */
export async function runFlow(
	name: "login" | "registration" | "settings",
	body: object,
	sessionToken?: string,
): Promise<FlowAnswer> {
	const { publicUrl } = kratos();
	const headers = { ...json, ...(sessionToken === undefined ? {} : { "x-session-token": sessionToken }) };
	const opened = await fetch(`${publicUrl}/self-service/${name}/api`, { headers });
	const flow = (await opened.json()) as { id: string };
	const answer = await fetch(`${publicUrl}/self-service/${name}?flow=${flow.id}`, {
		method: "POST",
		headers,
		body: JSON.stringify(body),
	});
	const text = await answer.text();
	return { status: answer.status, text, body: text === "" ? null : JSON.parse(text) };
}

/** The key that Kratos signs with. */
export function signingKey(): JWK {
	const { keys } = JSON.parse(readFileSync(new URL(kratos().jwksUrl), "utf8")) as { keys: JWK[] };
	return keys[0] as JWK;
}

/** Claims as Kratos' tokenizer writes them, for one more person of a tenant. */
export function claimsFor(subject: string, tenantId: string | null, changes: JWTPayload = {}): JWTPayload {
	const now = Math.floor(Date.now() / 1000);
	return {
		iss: "apprun-kratos",
		aud: ["apprun"],
		sub: subject,
		sid: randomUUID(),
		jti: randomUUID(),
		iat: now,
		nbf: now,
		exp: now + 300,
		aal: "aal1",
		session_issued_at: new Date().toISOString(),
		...(tenantId === null ? {} : { tenant_id: tenantId, roles: ["owner"] }),
		...changes,
	};
}

/** A JWT, by default signed as Kratos would. */
export async function signed(claims: JWTPayload, key: JWK = signingKey(), header: object = {}): Promise<string> {
	const { alg = "ES256", kid } = key;
	const protectedHeader = { alg, typ: "JWT", ...(kid === undefined ? {} : { kid }), ...header };
	return new SignJWT(claims).setProtectedHeader(protectedHeader).sign(await importJWK(key, alg));
}
