// What one HTTP request brings to its operation: made by src/server/context.ts, read by resolvers.
import type { Principal } from "../identity/principal.ts";
import type { DatabaseClaims } from "../source/source.ts";

export interface RequestContext {
	/** In the answer's `x-request-id` header and in every log line of the request. */
	readonly requestId: string;
	readonly principal: Principal;
	/**
	 * Mutations are refused: the only credential is a cookie, which browsers send on their own, and nothing shows that the
	 * request comes from a page of this site.
	 */
	readonly readOnly: boolean;
	/** What the database is told about the principal. */
	readonly claims: DatabaseClaims;
	/** Functions that wait for this operation, because one of them asked for it; left out for a client's request. */
	readonly functionDepth?: number;
	/** Aborted when nobody waits for the operation any more: the function that asked for it has ended. */
	readonly signal?: AbortSignal;
}
