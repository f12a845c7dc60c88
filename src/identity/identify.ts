// The identity stage: headers → Principal. No credential is the anonymous principal; a credential that cannot be
// verified is UNAUTHENTICATED, never anonymous. Verified tokens are remembered until they end.
import { LRUCache } from "lru-cache";
import { AppError } from "../error/app-error.ts";
import type { Observe } from "../observe/observation.ts";
import { type Credential, type CredentialHeaders, readCredential } from "./credential.ts";
import { createDevelopmentVerifier, type VerifyToken } from "./development-jwt.ts";
import { anonymous, type Principal, type UserPrincipal } from "./principal.ts";

/** Tells who sends a request. Throws AppError UNAUTHENTICATED or, when a service is needed and away, UPSTREAM_UNAVAILABLE. */
export type Identify = (headers: CredentialHeaders) => Promise<Principal>;

export interface IdentifyOptions {
	/** Secret of development tokens; null: none are accepted. */
	readonly developmentSecret: string | null;
	readonly observe: Observe;
}

/** Most verified tokens that are remembered. */
const rememberedTokens = 5000;

/** Builds the identity stage. */
export function createIdentify({ developmentSecret, observe }: IdentifyOptions): Identify {
	const verifyBearer = remember(
		developmentSecret === null ? refuseBearer : createDevelopmentVerifier(developmentSecret),
	);
	const verify = (credential: Credential): Promise<UserPrincipal> => {
		switch (credential.kind) {
			case "bearer":
				return verifyBearer(credential.token);
		}
	};
	return async (headers) => {
		try {
			const credential = readCredential(headers);
			return credential === null ? anonymous : await verify(credential);
		} catch (error) {
			if (error instanceof AppError) observe({ kind: "identity.refused", reason: reasonOf(error) });
			throw error;
		}
	};
}

/**
 * Keeps what a verifier said about a token until the token ends. The key is the whole token, so a changed signature is
 * another key; a refusal is not kept, or an attacker could fill the memory.
 */
function remember(verify: VerifyToken): VerifyToken {
	const principals = new LRUCache<string, UserPrincipal>({ max: rememberedTokens });
	return async (token) => {
		const known = principals.get(token);
		if (known !== undefined && Date.now() < known.expiresAt * 1000) return known;
		const principal = await verify(token);
		principals.set(token, principal);
		return principal;
	};
}

async function refuseBearer(): Promise<never> {
	throw new AppError("UNAUTHENTICATED", { cause: new Error("no kind of bearer token is configured") });
}

function reasonOf(error: AppError): string {
	return error.cause instanceof Error ? error.cause.message : error.message;
}
