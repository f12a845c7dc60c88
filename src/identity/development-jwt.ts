// The development credential: makes it (for `apprun token` and GraphiQL) and verifies it. Signed with a secret that is
// made on this machine and accepted only here; refuses everything that is not exactly what mint gives.
import { errors, type JWTPayload, jwtVerify, SignJWT } from "jose";
import { AppError } from "../error/app-error.ts";
import type { UserPrincipal } from "./principal.ts";

export const developmentAlgorithm = "HS256";
const issuer = "apprun-development";
const audience = "apprun";
/** Seconds that two clocks may differ. */
const clockTolerance = 5;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export interface DevelopmentIdentity {
	/** Stable id of the person. */
	readonly subject: string;
	/** UUID. */
	readonly tenantId: string;
	/** At least one. */
	readonly roles: readonly string[];
}

/** Verifies one kind of token. Throws AppError UNAUTHENTICATED, with the reason as its cause. */
export type VerifyToken = (token: string) => Promise<UserPrincipal>;

/**
 * Makes a development token.
 * @param ttlSeconds life of the token, in seconds from now
 * @throws TypeError when the identity is one that verification would refuse
 */
export async function mintDevelopmentToken(
	secret: string,
	identity: DevelopmentIdentity,
	ttlSeconds: number,
): Promise<string> {
	const now = Math.floor(Date.now() / 1000);
	const claims = {
		iss: issuer,
		aud: audience,
		sub: identity.subject,
		tenant_id: identity.tenantId,
		roles: [...identity.roles],
		iat: now,
		exp: now + ttlSeconds,
	};
	if (principalOf(claims) === null) {
		throw new TypeError("A token needs a subject, a tenant id that is a UUID, and at least one role.");
	}
	return new SignJWT(claims).setProtectedHeader({ alg: developmentAlgorithm, typ: "JWT" }).sign(keyOf(secret));
}

/** Gives the verifier of development tokens: HS256 only, our issuer, our audience, `exp` required. */
export function createDevelopmentVerifier(secret: string): VerifyToken {
	const key = keyOf(secret);
	const options = { algorithms: [developmentAlgorithm], issuer, audience, requiredClaims: ["exp"], clockTolerance };
	return async (token) => {
		const { payload } = await jwtVerify(token, key, options).catch((cause: unknown) => {
			throw refusal(cause);
		});
		const principal = principalOf(payload);
		if (principal === null) throw refusal(new Error("a claim is missing or has the wrong type"));
		return principal;
	};
}

function keyOf(secret: string): Uint8Array {
	return new TextEncoder().encode(secret);
}

function principalOf(payload: JWTPayload): UserPrincipal | null {
	const { sub, tenant_id: tenantId, roles, exp } = payload;
	if (!isText(sub) || typeof tenantId !== "string" || !uuid.test(tenantId)) return null;
	if (!Array.isArray(roles) || roles.length === 0 || !roles.every(isText)) return null;
	if (exp === undefined || !Number.isFinite(exp)) return null;
	return Object.freeze({
		kind: "user",
		subject: sub,
		// One spelling of a tenant, whatever the token's: it is compared as text in caches and policies.
		tenantId: tenantId.toLowerCase(),
		roles: Object.freeze([...roles]),
		expiresAt: exp,
		credential: "development-jwt",
	});
}

function isText(value: unknown): value is string {
	return typeof value === "string" && value !== "";
}

/** Says as much as an honest caller needs; which check failed is for the log only. */
function refusal(cause: unknown): AppError {
	if (cause instanceof errors.JWTExpired) {
		return new AppError("UNAUTHENTICATED", { message: "The token has expired.", cause });
	}
	const early = cause instanceof errors.JWTClaimValidationFailed && cause.claim === "nbf";
	const message = early ? "The token is not valid yet." : "The token is not valid.";
	return new AppError("UNAUTHENTICATED", { message, cause });
}
