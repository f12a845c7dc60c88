// Settles who sends a request, and whether it may write: the identity stage as the HTTP edge calls it, the same for every
// way that a request can take.
import type { CredentialHeaders } from "../identity/credential.ts";
import type { Identify } from "../identity/identify.ts";
import { comesFromOurPage } from "./comes-from-our-page.ts";
import type { RequestState } from "./request-state.ts";

/**
 * Notes principal and right to write in the request's state.
 * @param siteOrigin origin of this site where that is not the one in Host, behind a proxy
 * @throws AppError as `identify` does: then the state stays without a principal
 */
export async function settleIdentity(
	state: RequestState,
	headers: CredentialHeaders,
	{ identify, siteOrigin }: { readonly identify: Identify; readonly siteOrigin: string | null },
): Promise<void> {
	const principal = await identify(headers);
	state.principal = principal;
	const byCookie = principal.kind === "user" && principal.credential === "kratos-cookie";
	state.readOnly = byCookie && !comesFromOurPage(headers, siteOrigin);
}
