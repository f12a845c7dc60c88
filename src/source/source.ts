// The contract of a data source: a plan and the caller's database claims go in, rows in the plan's shape come out.
// PostgREST implements it; another implementation must pass the same suite.
import type { AggregateNode } from "../plan/aggregate-nodes.ts";
import type { ConnectionNode } from "../plan/connection-nodes.ts";
import type { Plan, SelectNode, ValueNode } from "../plan/nodes.ts";

/** What the database is told about the caller. */
export interface DatabaseClaims {
	/** The signed token that PostgREST verifies; never the client's own. */
	readonly token: string;
}

/** The answer of a source, still as the text that the database made. */
export interface Rows {
	/** JSON: an array of rows, or for cardinality `one` a row or `null`. */
	readonly json: string;
	/** The shape that the JSON has. */
	readonly select: SelectNode | ValueNode | ConnectionNode | AggregateNode;
	/** Rows that match, on all pages; left out: they were not counted. */
	readonly total?: number;
}

export interface Source {
	/**
	 * Runs one plan as one request.
	 * @param signal aborted when nobody waits for the rows any more; what was sent may be done all the same
	 * @throws AppError with a code of the catalogue; the cause, for the log, carries what the upstream said
	 */
	run(plan: Plan, claims: DatabaseClaims, signal?: AbortSignal): Promise<Rows>;
}
