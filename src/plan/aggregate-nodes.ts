// What the plan of an aggregate is made of, and the shape of its answer. Frozen data, as in nodes.ts.
import type { TableRef } from "../schema/catalog.ts";
import type { ColumnDecoding, ConditionNode, OrderNode, RelatedTable, TypenameField } from "./nodes.ts";

/** Which rows, in which groups. */
export interface AggregatePage {
	readonly where: ConditionNode | null;
	readonly groups: readonly GroupNode[];
	/** Groups at most; null: there is one. */
	readonly limit: number | null;
}

export interface AggregatePlan extends AggregatePage {
	readonly kind: "aggregate";
	readonly from: TableRef;
	readonly select: AggregateNode;
}

/** Groups of the rows of a to-many relation, as a member of a row. */
export interface AggregateField extends RelatedTable, AggregatePage {
	readonly kind: "aggregates";
	/** Response key. */
	readonly key: string;
	/** The member of the database's row that holds them. */
	readonly as: string;
	readonly select: AggregateNode;
}

/** A column that the rows of a group share. */
export interface GroupNode {
	/** The member of a group that holds it. */
	readonly as: string;
	/** The to-one relation that leads to the column; null: it is the table's own. */
	readonly via: RelatedTable | null;
	readonly column: string;
	readonly direction: OrderNode["direction"];
	readonly nulls: OrderNode["nulls"];
}

export type AggregateFunction = "sum" | "avg" | "min" | "max";

/** A value that is computed over a group. */
export interface ComputedNode {
	readonly as: string;
	readonly function: AggregateFunction;
	readonly column: string;
	readonly cast: "text" | null;
}

/** The shape of groups, in response order. */
export interface AggregateNode {
	readonly kind: "aggregate";
	/** The member that holds a group's rows in number. */
	readonly count: string;
	/** A column without nulls whose values are counted, where rows as a whole may not be read; null: rows are. */
	readonly counted: string | null;
	readonly computed: readonly ComputedNode[];
	/** There is one group, whether there are rows or not. */
	readonly single: boolean;
	/** A column that is there: a constant is made of it, see compile-aggregate.ts. */
	readonly anyColumn: string;
	readonly fields: readonly GroupField[];
}

export type GroupField =
	| TypenameField
	| { readonly kind: "count"; readonly key: string }
	| { readonly kind: "values"; readonly key: string; readonly fields: readonly ValueField[] };

export type ValueField =
	| TypenameField
	| {
			readonly kind: "value";
			readonly key: string;
			/** Null: the rows are not grouped by it, so they need not share one. */
			readonly as: string | null;
			readonly decoding: ColumnDecoding;
	  };
