// Principal → the short-lived token that PostgREST verifies. The caller's own credential never goes downstream, and
// nothing in here comes from the request: only from the verified principal.
import { SignJWT } from "jose";
import { LRUCache } from "lru-cache";
import type { DatabaseClaims } from "../source/source.ts";
import type { Principal } from "./principal.ts";

/** Gives the database claims of a principal; the same promise for the same principal while its token is fresh. */
export type ClaimsFor = (principal: Principal) => Promise<DatabaseClaims>;

/** Seconds that a token lives; short, because it cannot be taken back. */
const life = 300;
/** A token is replaced when less than this many seconds are left, so that it cannot end on its way. */
const margin = 60;
/**
 * Least seconds a token is given. A request that came in at the last moment of its credential (or within the clock
 * tolerance of its verifier) was accepted, and may finish.
 */
const grace = 10;
const rememberedPrincipals = 10_000;

interface Minted {
	readonly claims: Promise<DatabaseClaims>;
	/** Seconds since 1970 from when on another one is minted. */
	readonly replaceAt: number;
}

/**
 * Builds the stage.
 * @param jwtSecret PostgREST's `jwt-secret`, used as text (HS256)
 */
export function createDatabaseClaims(jwtSecret: string): ClaimsFor {
	const key = new TextEncoder().encode(jwtSecret);
	const minted = new LRUCache<string, Minted>({ max: rememberedPrincipals });
	return (principal) => {
		const now = Math.floor(Date.now() / 1000);
		const name = nameOf(principal);
		const known = minted.get(name);
		if (known !== undefined && now < known.replaceAt) return known.claims;
		const expiresAt = endOf(principal, now);
		const claims = mint(principal, expiresAt, key);
		minted.set(name, { claims, replaceAt: Math.max(expiresAt - margin, now + 1) });
		claims.catch(() => minted.delete(name));
		return claims;
	};
}

/** Everything that is in the token or bounds its life; two principals that differ in any of it share nothing. */
function nameOf(principal: Principal): string {
	if (principal.kind === "anonymous") return "";
	return JSON.stringify([principal.tenantId, principal.subject, principal.expiresAt, ...principal.roles]);
}

function endOf(principal: Principal, now: number): number {
	if (principal.kind === "anonymous") return now + life;
	return Math.max(Math.min(now + life, Math.floor(principal.expiresAt)), now + grace);
}

async function mint(principal: Principal, expiresAt: number, key: Uint8Array): Promise<DatabaseClaims> {
	const token = await new SignJWT({ ...claimsOf(principal), exp: expiresAt })
		.setProtectedHeader({ alg: "HS256", typ: "JWT" })
		.sign(key);
	return Object.freeze({ token });
}

/** No `iat` and no `nbf`: a PostgREST whose clock is behind would refuse them. */
function claimsOf(principal: Principal): Record<string, unknown> {
	switch (principal.kind) {
		case "anonymous":
			return { role: "apprun_anonymous" };
		case "user":
			return {
				role: "apprun_user",
				tenant_id: principal.tenantId,
				sub: principal.subject,
				roles: principal.roles,
			};
	}
}
