// Takes a compiled request, gives Postgres' own plan for it, without running it; null where PostgREST's operator has not
// enabled plans. Source: PostgREST 12 documentation, "Execution plan".
import { AppError } from "../../error/app-error.ts";
import type { TableRef } from "../../schema/catalog.ts";
import type { DatabaseClaims } from "../source.ts";
import type { CompiledRequest } from "./compile.ts";
import type { UpstreamResponse } from "./decode.ts";
import type { Sender } from "./send.ts";

/** A node of EXPLAIN (FORMAT JSON, VERBOSE). Source: PostgreSQL documentation, "EXPLAIN". */
export interface PostgresPlanNode {
	readonly "Node Type": string;
	/** To the node above: Outer, Inner, InitPlan, SubPlan … */
	readonly "Parent Relationship"?: string;
	readonly "Plan Rows": number;
	readonly "Relation Name"?: string;
	readonly Schema?: string;
	readonly Filter?: string;
	readonly Plans?: readonly PostgresPlanNode[];
}

export interface PostgresPlan {
	readonly root: PostgresPlanNode;
	/** As Postgres prints it. */
	readonly text: string;
}

/** Asks for plans as one caller. */
export interface Explainer {
	/**
	 * Postgres' plan of a request, which is not run; null: plans are not enabled.
	 * @param probe a relation that the caller may read: before a write is asked for, a read of it must have been explained
	 * @throws AppError when PostgREST cannot be reached or refuses the request
	 */
	explain(request: CompiledRequest, probe: TableRef): Promise<PostgresPlan | null>;
}

const mediaType = (form: "json" | "text", options = "") =>
	`application/vnd.pgrst.plan+${form}; for="application/json"${options}`;

/** @param sender an open connection to PostgREST; `claims` say whose row level security applies */
export function createExplainer(sender: Pick<Sender, "send">, claims: DatabaseClaims): Explainer {
	const ask = (request: CompiledRequest, accept: string) =>
		sender.send({ ...request, headers: { ...request.headers, accept } }, claims);
	const readRoot = async (request: CompiledRequest) =>
		rootOf(await ask(request, mediaType("json", "; options=verbose")));
	return {
		async explain(request, probe) {
			// A PostgREST that knew nothing of plans would run the request, so a write is sent only where a read was explained.
			if (request.method !== "GET" && (await readRoot(noRowOf(probe))) === null) return null;
			const root = await readRoot(request);
			return root === null ? null : { root, text: (await ask(request, mediaType("text"))).body };
		},
	};
}

function noRowOf({ schema, name }: TableRef): CompiledRequest {
	return {
		method: "GET",
		path: `/${encodeURIComponent(name)}?limit=0`,
		headers: { "accept-profile": schema },
		body: null,
	};
}

/** Null where plans are not enabled: the media type is then not acceptable, which PostgREST 12 says with either status. */
function rootOf({ status, body }: UpstreamResponse): PostgresPlanNode | null {
	if (status === 406 || status === 415) return null;
	const [first] = status < 400 ? (JSON.parse(body) as readonly { readonly Plan?: PostgresPlanNode }[]) : [];
	if (first?.Plan !== undefined) return first.Plan;
	throw new AppError("INTERNAL", {
		message: `PostgREST gave no plan but an answer with status ${status}.`,
		hint: `It said: ${body.slice(0, 500)}`,
	});
}
