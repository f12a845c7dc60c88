// Answers POST /dev/token: { tenantId, role } → { token, expiresAt }. It signs anybody in as anybody, so it exists on a
// developer's machine only and refuses every request that does not plainly come from this server's own page there.
import { decodeJwt } from "jose";
import { z } from "zod";
import { mintDevelopmentToken } from "../identity/development-jwt.ts";
import type { DevelopmentSignIn } from "../identity/development-sign-in.ts";

/** Seconds that such a token lives. */
const ttlSeconds = 3600;
/** Longest body that is read, in bytes. */
const longestBody = 1000;
/** `sub` of such a token: somebody, the same each time. */
const subject = "00000000-0000-4000-8000-000000000000";

const bodySchema = z.strictObject({ tenantId: z.string(), role: z.string() });
const loopbackHost = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;
const loopbackAddress = /^(::1|(::ffff:)?127(\.\d{1,3}){3})$/i;
/** A proxy on this machine connects from loopback too, on behalf of anybody. */
const proxyHeaders = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];

export interface DevelopmentTokenAnswer {
	readonly status: 200 | 400 | 403;
	readonly body: { readonly error: string } | { readonly token: string; readonly expiresAt: number };
}

/** Answers a request for a token. `remoteAddress` is that of the socket. */
export type AnswerDevelopmentToken = (
	request: Request,
	remoteAddress: string | undefined,
) => Promise<DevelopmentTokenAnswer>;

/** Whether an address to listen on can be reached from this machine only. */
export function isLoopback(host: string): boolean {
	return loopbackHost.test(host) || loopbackAddress.test(host);
}

/** Builds the answer. */
export function createDevelopmentToken(signIn: DevelopmentSignIn): AnswerDevelopmentToken {
	return async (request, remoteAddress) => {
		const objection = objectionTo(request, remoteAddress);
		if (objection !== null) return { status: 403, body: { error: objection } };
		const body = bodySchema.safeParse(await readJson(request));
		const tenants = await signIn.tenants();
		const tenant = tenants.find(({ id }) => id === body.data?.tenantId);
		const role = signIn.roles.find((name) => name === body.data?.role);
		if (tenant === undefined || role === undefined) {
			return { status: 400, body: { error: "Send a known { tenantId, role } as JSON." } };
		}
		const identity = { subject, tenantId: tenant.id, roles: [role] };
		const token = await mintDevelopmentToken(signIn.secret, identity, ttlSeconds);
		// The token's own word: a second reading of the clock may be a second later.
		const { exp: expiresAt = 0 } = decodeJwt(token);
		return { status: 200, body: { token, expiresAt } };
	};
}

/** Why a request is not one of our own page on this machine; null: it is. */
function objectionTo({ method, headers }: Request, remoteAddress: string | undefined): string | null {
	if (method !== "POST") return "Send POST.";
	if (remoteAddress === undefined || !loopbackAddress.test(remoteAddress)) return "Only for this machine.";
	if (proxyHeaders.some((name) => headers.has(name))) return "Not through a proxy.";
	const host = headers.get("host") ?? "";
	// A name that an attacker points at 127.0.0.1 (DNS rebinding) still shows in Host.
	if (!loopbackHost.test(host)) return "Only for a loopback host name.";
	// A page of another origin, another port included, always sends its own Origin with POST.
	if (headers.get("origin") !== `http://${host}`) return "Only for pages of this server.";
	if ((headers.get("sec-fetch-site") ?? "same-origin") !== "same-origin") return "Only for pages of this server.";
	if (headers.get("content-type")?.split(";")[0] !== "application/json") return "Send JSON.";
	return null;
}

/** A body of unknown length is not read. */
async function readJson(request: Request): Promise<unknown> {
	const length = Number(request.headers.get("content-length") ?? Number.NaN);
	if (!(length <= longestBody)) return null;
	try {
		return await request.json();
	} catch {
		return null;
	}
}
