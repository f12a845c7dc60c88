// A credential of Kratos → the principal: verified (JWT by its signature, session by Kratos), then admitted by apprun's
// database. What both steps remember is answered without waiting.
import { LRUCache } from "lru-cache";
import type { KratosCredential, VerifyKratos } from "../identify.ts";
import type { UserPrincipal } from "../principal.ts";
import type { Admit } from "./admit.ts";
import type { VerifiedSession } from "./verified-session.ts";
import type { VerifyKratosJwt } from "./verify-kratos-jwt.ts";
import type { SessionCredential, Sessions } from "./verify-session.ts";

export interface VerifyKratosOptions {
	readonly verifyJwt: VerifyKratosJwt;
	readonly sessions: Sessions;
	readonly admit: Admit;
}

export interface KratosVerifier {
	readonly verify: VerifyKratos;
	/** The session that a principal was made from, as it was sent; null for a JWT. Kept out of the principal, and so of logs. */
	sessionOf(principal: UserPrincipal): SessionCredential | null;
}

const rememberedJwts = 10_000;
/** After this a JWT is verified again, so that a key that was taken out of the set is soon worth nothing. */
const rememberedMs = 30_000;

/** Builds the step. */
export function createKratosVerifier({ verifyJwt, sessions, admit }: VerifyKratosOptions): KratosVerifier {
	const jwts = new LRUCache<string, VerifiedSession>({ max: rememberedJwts, ttl: rememberedMs });
	const credentials = new WeakMap<UserPrincipal, SessionCredential>();

	const verifyKnownJwt = async (token: string): Promise<VerifiedSession> => {
		const verified = await verifyJwt(token);
		jwts.set(token, verified);
		return verified;
	};
	const peekJwt = (token: string): VerifiedSession | undefined => {
		const known = jwts.get(token);
		return known !== undefined && Date.now() < known.expiresAt * 1000 ? known : undefined;
	};
	return {
		async verify(credential: KratosCredential) {
			if (isJwt(credential)) {
				const verified = peekJwt(credential.token) ?? (await verifyKnownJwt(credential.token));
				return admit.peek(verified, "kratos-jwt") ?? admit.admit(verified, "kratos-jwt");
			}
			const session = credential as SessionCredential;
			const name = session.kind === "cookie" ? "kratos-cookie" : "kratos-session";
			const verified = sessions.peek(session) ?? (await sessions.verify(session));
			const principal = admit.peek(verified, name) ?? (await admit.admit(verified, name));
			credentials.set(principal, session);
			return principal;
		},
		sessionOf: (principal) => credentials.get(principal) ?? null,
	};
}

const isJwt = ({ kind }: KratosCredential): boolean => kind === "jwt";
