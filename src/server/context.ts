// Request state → the context that an operation runs with.
import type { ClaimsFor } from "../identity/database-claims.ts";
import type { RequestContext } from "../operation/request-context.ts";
import type { RequestState } from "./request-state.ts";

/**
 * Makes the context of an operation.
 * @throws TypeError when the identity stage has not run: there is no default principal
 */
export async function createContext(state: RequestState, claimsFor: ClaimsFor): Promise<RequestContext> {
	const { requestId, principal, readOnly } = state;
	if (principal === null) throw new TypeError("The identity stage has not run for this request.");
	return { requestId, principal, readOnly, claims: await claimsFor(principal) };
}
