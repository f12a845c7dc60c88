// A JWT that Kratos issued (session tokenizer) → what it proves. Pinned: ES256, issuer, audience, expiry, key id. Refuses
// everything else with the same words; which check failed is for the log.
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { AppError } from "../../error/app-error.ts";
import { isUuid } from "../tenancy/assignment.ts";
import type { VerifiedSession } from "./verified-session.ts";

export interface KratosJwtOptions {
	readonly keys: JWTVerifyGetKey;
	readonly issuer: string;
	readonly audience: string;
}

/** Throws AppError UNAUTHENTICATED, or UPSTREAM_UNAVAILABLE when the keys cannot be read. */
export type VerifyKratosJwt = (token: string) => Promise<VerifiedSession>;

/** Seconds that Kratos' clock and ours may differ. */
const clockTolerance = 5;

/** Builds the verifier. */
export function createKratosJwtVerifier({ keys, issuer, audience }: KratosJwtOptions): VerifyKratosJwt {
	const options = {
		algorithms: ["ES256"],
		issuer,
		audience,
		clockTolerance,
		requiredClaims: ["sub", "sid", "exp", "iat", "session_issued_at"],
	};
	return async (token) => {
		const { payload } = await jwtVerify(token, keys, options).catch((cause: unknown) => {
			throw refusal(cause);
		});
		const verified = read(payload);
		if (verified === null) throw refusal(new Error("a claim is missing or has the wrong type"));
		return verified;
	};
}

function read(payload: JWTPayload): VerifiedSession | null {
	const { sub, sid, exp, tenant_id: tenantId, session_issued_at: issued, aal } = payload;
	if (!isUuid(sub) || !isUuid(sid) || exp === undefined || !Number.isFinite(exp)) return null;
	const issuedAt = typeof issued === "string" ? Date.parse(issued) : Number.NaN;
	if (!Number.isFinite(issuedAt)) return null;
	return Object.freeze({
		subject: sub,
		tenantId: isUuid(tenantId) ? tenantId.toLowerCase() : null,
		expiresAt: exp,
		session: Object.freeze({ id: sid, issuedAt, assurance: typeof aal === "string" ? aal : "aal0" }),
	});
}

function refusal(cause: unknown): AppError {
	if (cause instanceof AppError) return cause;
	if (cause instanceof errors.JWTExpired)
		return new AppError("UNAUTHENTICATED", {
			message: "The token has expired.",
			hint: "Ask for another with refreshToken, or sign in again.",
			cause,
		});
	const early = cause instanceof errors.JWTClaimValidationFailed && cause.claim === "nbf";
	const message = early ? "The token is not valid yet." : "The token is not valid.";
	return new AppError("UNAUTHENTICATED", { message, cause });
}
