// What the plan of a connection is made of, and the shape of its answer. Frozen data, as in nodes.ts.
import type { ReadPlan, SelectNode, TypenameField } from "./nodes.ts";

export interface ConnectionPlan {
	readonly kind: "connection";
	/** The rows of the page, one more than it has, from behind where the page is counted from the end. */
	readonly read: ReadPlan;
	/** Rows are asked for with the values that their cursors are made of. */
	readonly keyed: boolean;
	/** All rows that match are counted with the page. */
	readonly total: boolean;
	/** What counts them apart from it: with a cursor, the page's filter is not the list's. */
	readonly count: ConnectionPlan | null;
	readonly select: ConnectionNode;
}

/** The shape of a connection, in response order. */
export interface ConnectionNode {
	readonly kind: "connection";
	/** All that is asked of a row; the selections of rows below find their members in it. */
	readonly row: SelectNode;
	readonly fields: readonly ConnectionField[];
	/** For each column of the order, the members that lead to its value in a row; empty: no cursor is asked for. */
	readonly keys: readonly (readonly string[])[];
	/** What the cursors belong to. */
	readonly binding: string;
	/** Rows of the page. */
	readonly size: number;
	readonly backward: boolean;
	/** The page begins behind a cursor, or ends before one. */
	readonly after: boolean;
	readonly before: boolean;
}

export type ConnectionField =
	| TypenameField
	| { readonly kind: "edges"; readonly key: string; readonly fields: readonly EdgeField[] }
	| { readonly kind: "nodes"; readonly key: string; readonly select: SelectNode }
	| { readonly kind: "pageInfo"; readonly key: string; readonly fields: readonly PageField[] }
	| { readonly kind: "totalCount"; readonly key: string };

export type EdgeField =
	| TypenameField
	| { readonly kind: "cursor"; readonly key: string }
	| { readonly kind: "node"; readonly key: string; readonly select: SelectNode };

export type PageField = TypenameField | { readonly kind: "fact"; readonly key: string; readonly fact: PageFact };

export type PageFact = "hasNextPage" | "hasPreviousPage" | "startCursor" | "endCursor";
