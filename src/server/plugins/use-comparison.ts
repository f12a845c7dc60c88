// Phase: before GraphQL. Answers /compare/graphql: GraphiQL for a browser, and PostGraphile for everybody else, with the
// identity that was verified here. Casbin decides nothing on this path; grants and row level security do.
import { GraphQLError } from "graphql";
import { AppError } from "../../error/app-error.ts";
import type { ClaimsFor } from "../../identity/database-claims.ts";
import type { Identify } from "../../identity/identify.ts";
import { comparePath } from "../paths.ts";
import type { ForwardComparison, ServerPlugin } from "../ports.ts";
import type { PublishResult } from "../publish-result.ts";
import type { RequestState, RequestStates } from "../request-state.ts";
import { settleIdentity } from "../settle-identity.ts";

export interface ComparisonOptions {
	/** Null: the path is unknown. */
	readonly forward: ForwardComparison | null;
	readonly identify: Identify;
	readonly claimsFor: ClaimsFor;
	readonly publish: PublishResult;
	readonly maxBodyBytes: number;
	/** Origin of this site behind a proxy. */
	readonly siteOrigin: string | null;
}

export function useComparison(states: RequestStates, options: ComparisonOptions): ServerPlugin {
	const { forward } = options;
	return {
		async onRequest({ request, fetchAPI, endResponse }) {
			const state = states.of(request);
			if (forward === null || state.path !== comparePath) return;
			try {
				const { status, contentType, body } = await pass(forward, request, state, options);
				endResponse(new fetchAPI.Response(body, { status, headers: { "content-type": contentType } }));
			} catch (thrown) {
				const { errors = [] } = options.publish(state, { errors: [asGraphqlError(thrown)] });
				const { http, ...extensions } = errors[0]?.extensions ?? {};
				const status = (http as { readonly status: number } | undefined)?.status ?? 500;
				const shown = { message: errors[0]?.message, extensions };
				endResponse(fetchAPI.Response.json({ errors: [shown] }, { status }));
			}
		},
	};
}

async function pass(forward: ForwardComparison, request: Request, state: RequestState, options: ComparisonOptions) {
	if (request.method !== "POST" || !isJson(request.headers))
		throw new AppError("BAD_REQUEST", { hint: "Send POST with a JSON body and content-type application/json." });
	const { identify, claimsFor, siteOrigin, maxBodyBytes } = options;
	await settleIdentity(state, request.headers, { identify, siteOrigin });
	// Whether it writes is for PostGraphile to find out, so a cookie alone is not enough for anything.
	if (state.readOnly)
		throw new AppError("FORBIDDEN", { hint: "Send the request from a page of this site, or with a token." });
	if (state.principal === null) throw new TypeError("The identity stage has not run for this request.");
	const body = await request.text();
	if (Buffer.byteLength(body) > maxBodyBytes)
		throw new AppError("LIMIT_EXCEEDED", { hint: "Send a shorter document." });
	return await forward(body, await claimsFor(state.principal));
}

function isJson(headers: Headers): boolean {
	return headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() === "application/json";
}

function asGraphqlError(thrown: unknown): GraphQLError {
	if (thrown instanceof GraphQLError) return thrown;
	return new GraphQLError("", { originalError: thrown instanceof Error ? thrown : new Error(String(thrown)) });
}
