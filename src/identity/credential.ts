// Headers → the one credential that they carry, still unverified, or null. Refuses what is malformed or ambiguous, so
// that no two parts of the system can read different credentials out of one request.
import { AppError } from "../error/app-error.ts";

/**
 * The part of a request that can carry a credential. A header that was sent several times must come as its values
 * joined with ", " (`joinDuplicateHeaders` of node:http, and what fetch `Headers` do).
 */
export interface CredentialHeaders {
	get(name: string): string | null;
}

/** A credential as it was sent. Closed: identify.ts switches over `kind`. */
export type Credential = { readonly kind: "bearer"; readonly token: string };

/** Longest token that is looked at, in characters; nothing longer reaches a cryptographic function. */
export const maxTokenLength = 4096;

/** Scheme of RFC 6750 §2.1, in any case (RFC 9110 §11.1), and a token of its alphabet (RFC 9110 §11.2). */
const bearer = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

/**
 * Finds the credential of a request.
 * @throws AppError UNAUTHENTICATED for another scheme, two headers, an oversized or a malformed token
 */
export function readCredential(headers: CredentialHeaders): Credential | null {
	const authorization = headers.get("authorization");
	if (authorization === null) return null;
	if (authorization.length > maxTokenLength + "Bearer ".length) {
		throw refusal(`The Authorization header is longer than ${maxTokenLength} characters.`);
	}
	const token = bearer.exec(authorization)?.[1];
	if (token === undefined) throw refusal("The Authorization header is not one Bearer token.");
	return { kind: "bearer", token };
}

function refusal(message: string): AppError {
	return new AppError("UNAUTHENTICATED", { message, hint: "Send exactly one header `Authorization: Bearer <token>`." });
}
