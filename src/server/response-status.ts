// Public errors → the HTTP status of the answer, by the GraphQL-over-HTTP specification. Pure; every way into the
// server uses it.
import type { GraphQLError } from "graphql";
import { type ErrorCode, errorCatalogue } from "../error/catalogue.ts";
import { httpOf, type PublicError } from "../error/public-error.ts";
import { rebuildError } from "../error/rebuild-error.ts";

/** What the result has to say in `data`. */
export type DataState = "absent" | "null" | "present";

/** Codes that keep their status when execution began but `data` came out null because of them. */
const outrightCodes: ReadonlySet<ErrorCode> = new Set(["UNAUTHENTICATED", "FORBIDDEN", "UPSTREAM_UNAVAILABLE"]);

/** Codes that mean a well-formed request: `application/json` answers these with 200, as older clients expect. */
const wellFormedCodes: ReadonlySet<ErrorCode> = new Set([
	"GRAPHQL_PARSE_FAILED",
	"GRAPHQL_VALIDATION_FAILED",
	"BAD_USER_INPUT",
	"LIMIT_EXCEEDED",
]);

/**
 * Notes on an error what it does to the status, in the form that Yoga reads and then removes (`extensions.http`):
 * nothing when there is data; 401, 403 and 503 when data is null; its own status when data is absent (section 6.4 of
 * the specification). `spec` keeps 200 for `application/json`.
 */
export function withStatus({ error, code }: PublicError, data: DataState): GraphQLError {
	const { http: _http, ...extensions } = error.extensions;
	const given = httpOf(error);
	if (data === "present" || (data === "null" && !outrightCodes.has(code)))
		return rebuildError(error, error.message, extensions);
	const status = given?.status !== undefined && given.status !== 400 ? given.status : errorCatalogue[code].status;
	// Yoga's own refusals of the HTTP request (size, method, media type) bring a status and stay what they are.
	const spec = wellFormedCodes.has(code) && (given?.status === undefined || given.status === 400);
	return rebuildError(error, error.message, {
		...extensions,
		http: { status, spec, ...(given?.headers && { headers: given.headers }) },
	});
}

/** How far a result got. */
export function dataState(result: { readonly data?: unknown }): DataState {
	if (result.data === undefined) return "absent";
	return result.data === null ? "null" : "present";
}
