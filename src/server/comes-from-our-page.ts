// Whether a request shows that it was made by a page of this site, or by no browser at all: what a cookie alone does not
// show. A form of another site can send neither of these headers as it likes, and no header of its own choosing.
import type { CredentialHeaders } from "../identity/credential.ts";

/** Any value will do: a page of another site cannot send it without asking first, and we never allow that. */
export const csrfHeader = "x-apprun-csrf";

/**
 * Judges by Sec-Fetch-Site, Origin or the CSRF header; whichever is there must agree, and one must be.
 * @param siteOrigin origin of this site where that is not the one in Host, behind a proxy
 */
export function comesFromOurPage(headers: CredentialHeaders, siteOrigin: string | null): boolean {
	const site = headers.get("sec-fetch-site");
	const origin = headers.get("origin");
	if (site !== null && site !== "same-origin") return false;
	if (origin !== null && !isOurs(origin, headers.get("host"), siteOrigin)) return false;
	return site !== null || origin !== null || headers.get(csrfHeader) !== null;
}

function isOurs(origin: string, host: string | null, siteOrigin: string | null): boolean {
	if (siteOrigin !== null) return origin === siteOrigin;
	return host !== null && (origin === `http://${host}` || origin === `https://${host}`);
}
