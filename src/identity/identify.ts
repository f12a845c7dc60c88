// The identity stage: headers → Principal. No credential is the anonymous principal; a credential that cannot be
// verified is UNAUTHENTICATED, never anonymous; two that name different people are refused.
import { decodeProtectedHeader } from "jose";
import { LRUCache } from "lru-cache";
import { AppError } from "../error/app-error.ts";
import type { Observe } from "../observe/observation.ts";
import { type Credential, type CredentialHeaders, readCredentials } from "./credential.ts";
import { createDevelopmentVerifier, developmentAlgorithm, type VerifyToken } from "./development-jwt.ts";
import { anonymous, type Principal, type UserPrincipal } from "./principal.ts";

/** Tells who sends a request. Throws AppError UNAUTHENTICATED or, when a service is needed and away, UPSTREAM_UNAVAILABLE. */
export type Identify = (headers: CredentialHeaders) => Promise<Principal>;

/** A credential of Kratos: which of the three is settled before it is verified. */
export interface KratosCredential {
	readonly kind: "jwt" | "sessionToken" | "cookie";
	readonly token: string;
}

/** Verifies credentials of Kratos. Throws AppError UNAUTHENTICATED, FORBIDDEN or UPSTREAM_UNAVAILABLE. */
export type VerifyKratos = (credential: KratosCredential) => Promise<UserPrincipal>;

export interface IdentifyOptions {
	/** Secret of development tokens; null: none are accepted. */
	readonly developmentSecret: string | null;
	/** Null or left out: no credential of Kratos is accepted. */
	readonly kratos?: VerifyKratos | null;
	/** Refuses a tenant that is suspended, by throwing. */
	readonly refuseSuspended?: (tenantId: string) => void;
	readonly observe: Observe;
}

/** Most verified tokens that are remembered. */
const rememberedTokens = 5000;

/** Builds the identity stage. */
export function createIdentify(options: IdentifyOptions): Identify {
	const { developmentSecret, observe, kratos = null, refuseSuspended } = options;
	const verifyDevelopment = developmentSecret === null ? null : remember(createDevelopmentVerifier(developmentSecret));
	const verify = async (credential: Credential): Promise<UserPrincipal> => {
		const kind = credential.kind === "bearer" ? kindOfBearer(credential.token) : credential.kind;
		if (kind !== "development") return (kratos ?? refuse)({ kind, token: credential.token });
		const principal = await (verifyDevelopment ?? refuse)(credential.token);
		refuseSuspended?.(principal.tenantId);
		return principal;
	};
	return async (headers) => {
		try {
			const [first, ...more] = readCredentials(headers);
			if (first === undefined) return anonymous;
			const principal = await verify(first);
			for (const credential of more) await refuseAnother(principal, credential, verify);
			return principal;
		} catch (error) {
			if (error instanceof AppError) observe({ kind: "identity.refused", reason: reasonOf(error) });
			throw error;
		}
	};
}

type BearerKind = KratosCredential["kind"] | "development";

/** What a JWT's header says is the same for all tokens of a key: it is read once. */
const kindsOfHeaders = new LRUCache<string, BearerKind>({ max: 100 });

/** The algorithm is the sender's claim and chooses the verifier only; each verifier accepts exactly its own. */
function kindOfBearer(token: string): BearerKind {
	const first = token.indexOf(".");
	const second = token.indexOf(".", first + 1);
	if (first === -1 || second === -1 || token.includes(".", second + 1)) return "sessionToken";
	const header = token.slice(0, first);
	const known = kindsOfHeaders.get(header);
	if (known !== undefined) return known;
	const kind = readKind(token);
	kindsOfHeaders.set(header, kind);
	return kind;
}

function readKind(token: string): BearerKind {
	try {
		return decodeProtectedHeader(token).alg === developmentAlgorithm ? "development" : "jwt";
	} catch {
		return "jwt";
	}
}

/**
 * Refuses a request whose further credential names somebody else. A cookie comes on its own, and one that proves nothing
 * any more is no reason to refuse what was sent on purpose.
 */
async function refuseAnother(
	principal: UserPrincipal,
	credential: Credential,
	verify: (credential: Credential) => Promise<UserPrincipal>,
): Promise<void> {
	const other = await verify(credential).catch((error: unknown) => {
		if (credential.kind === "cookie" && error instanceof AppError) return null;
		throw error;
	});
	if (other === null || (other.subject === principal.subject && other.tenantId === principal.tenantId)) return;
	throw new AppError("UNAUTHENTICATED", {
		message: "The request carries two credentials that name different people or tenants.",
		hint: "Send one of them; in a browser, sign out at /auth/logout or remove the header.",
	});
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

async function refuse(): Promise<never> {
	throw new AppError("UNAUTHENTICATED", { cause: new Error("this kind of credential is not accepted here") });
}

function reasonOf(error: AppError): string {
	return error.cause instanceof Error ? error.cause.message : error.message;
}
