// Headers → the credentials that they carry, still unverified. Refuses what is malformed or ambiguous, so that no two
// parts of the system can read different credentials out of one request.
import { AppError } from "../error/app-error.ts";

/**
 * The part of a request that can carry a credential. A header that was sent several times must come as its values
 * joined with ", " (`joinDuplicateHeaders` of node:http, and what fetch `Headers` do).
 */
export interface CredentialHeaders {
	get(name: string): string | null;
}

/** A credential as it was sent. Closed: identify.ts switches over `kind`. */
export interface Credential {
	/** `cookie` is sent by browsers on their own; the others only by whoever means to. */
	readonly kind: "bearer" | "sessionToken" | "cookie";
	readonly token: string;
}

/** Longest token that is looked at, in characters; nothing longer reaches a cryptographic function. */
export const maxTokenLength = 4096;
/** The cookie of Kratos' sessions: `session.cookie.name` in deploy/kratos/kratos.yml. */
export const sessionCookieName = "ory_kratos_session";

/** Scheme of RFC 6750 §2.1, in any case (RFC 9110 §11.1), and a token of its alphabet (RFC 9110 §11.2). */
const bearer = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i;
const plainToken = /^[A-Za-z0-9\-._~+/]+=*$/;
/** Values of RFC 6265 §4.1.1, without quotes: what Kratos writes. */
const cookieValue = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/;

/**
 * Finds the credentials of a request, those that were sent on purpose first; at most one of each kind.
 * @throws AppError UNAUTHENTICATED for another scheme, a header twice, an oversized or a malformed token
 */
export function readCredentials(headers: CredentialHeaders): readonly Credential[] {
	const authorization = headers.get("authorization");
	const sessionToken = headers.get("x-session-token");
	const cookies = headers.get("cookie");
	if (authorization === null && sessionToken === null && cookies === null) return [];
	const found: Credential[] = [];
	if (authorization !== null) found.push({ kind: "bearer", token: readBearer(authorization) });
	if (sessionToken !== null) found.push({ kind: "sessionToken", token: readSessionToken(sessionToken) });
	const cookie = cookies === null ? null : readCookie(cookies);
	if (cookie !== null) found.push({ kind: "cookie", token: cookie });
	return found;
}

function readBearer(header: string): string {
	if (header.length > maxTokenLength + "Bearer ".length)
		throw refusal(`The Authorization header is longer than ${maxTokenLength} characters.`);
	const token = bearer.exec(header)?.[1];
	if (token === undefined) throw refusal("The Authorization header is not one Bearer token.");
	return token;
}

function readSessionToken(header: string): string {
	if (header.length > maxTokenLength)
		throw refusal(`The X-Session-Token header is longer than ${maxTokenLength} characters.`);
	if (!plainToken.test(header)) throw refusal("The X-Session-Token header is not one session token.");
	return header;
}

/** Null: no such cookie. An empty one is what is left of a cookie that was taken back. */
function readCookie(header: string): string | null {
	if (!header.includes(sessionCookieName)) return null;
	const values = header.split(/[;,]\s*/).flatMap((pair) => {
		const equals = pair.indexOf("=");
		return pair.slice(0, equals).trim() === sessionCookieName ? [pair.slice(equals + 1).trim()] : [];
	});
	const [value, another] = values;
	if (value === undefined || value === "") return null;
	// A neighbouring site on a parent domain can add a cookie of the same name; which one counts must not be its choice.
	if (another !== undefined) throw refusal("The session cookie was sent twice.");
	if (value.length > maxTokenLength || !cookieValue.test(value)) throw refusal("The session cookie is malformed.");
	return value;
}

function refusal(message: string): AppError {
	return new AppError("UNAUTHENTICATED", { message, hint: "Send exactly one header `Authorization: Bearer <token>`." });
}
