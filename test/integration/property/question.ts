// What a random query is before it is text: a question to the data, from which the GraphQL document and, without looking at
// plans, the SQL of the expected answer are made.
import type { GroupColumn } from "../../../src/schema/group-columns.ts";
import type { ColumnModel, KeyModel, RelationModel, TableModel } from "../../../src/schema/model.ts";

/** A value that occurs in the data, or an odd one. */
export interface Value {
	/** As Postgres reads it. */
	readonly sql: string;
	/** As GraphQL reads it. */
	readonly graphql: GraphqlValue;
}

/** A value of a document; a name of an enum is an object, because it stands without quotes. */
export type GraphqlValue =
	| string
	| number
	| boolean
	| null
	| { readonly enum: string }
	| readonly GraphqlValue[]
	| GraphqlObject;

export interface GraphqlObject {
	readonly fields: Readonly<Record<string, GraphqlValue>>;
}

/** GraphQL operator → operator of Postgres. */
export const comparisons = Object.freeze({
	eq: "=",
	neq: "<>",
	gt: ">",
	gte: ">=",
	lt: "<",
	lte: "<=",
	isDistinctFrom: "is distinct from",
	like: "like",
	ilike: "ilike",
	regex: "~",
	iregex: "~*",
	contains: "@>",
	containedBy: "<@",
	overlaps: "&&",
	strictlyLeftOf: "<<",
	strictlyRightOf: ">>",
	notExtendsRightOf: "&<",
	notExtendsLeftOf: "&>",
	adjacentTo: "-|-",
});

export type Comparison = keyof typeof comparisons;

export type Filter =
	| { readonly kind: "and" | "or"; readonly parts: readonly Filter[] }
	| { readonly kind: "not"; readonly part: Filter }
	| {
			readonly kind: "compare";
			readonly column: ColumnModel;
			readonly operator: Comparison;
			readonly value: Value;
	  }
	| { readonly kind: "in"; readonly column: ColumnModel; readonly values: readonly Value[] }
	| { readonly kind: "isNull"; readonly column: ColumnModel; readonly isNull: boolean }
	| {
			readonly kind: "related";
			readonly relation: RelationModel;
			readonly target: TableModel;
			/** Null towards one row. */
			readonly quantifier: "some" | "none" | "every" | null;
			/** Null: an empty filter. */
			readonly part: Filter | null;
	  };

export type Direction = "ASC" | "DESC" | "ASC_NULLS_FIRST" | "ASC_NULLS_LAST" | "DESC_NULLS_FIRST" | "DESC_NULLS_LAST";

export interface Order {
	/** The to-one relations on the way to the column's row, nearest first. */
	readonly via: readonly { readonly relation: RelationModel; readonly target: TableModel }[];
	readonly column: ColumnModel;
	readonly direction: Direction;
}

export interface Page {
	readonly where: Filter | null;
	readonly order: readonly Order[];
	readonly limit: number | null;
	readonly offset: number | null;
}

/** Rows in numbers: groups of those of a table, or of a to-many relation. */
export interface Aggregate {
	readonly table: TableModel;
	readonly field: string;
	readonly where: Filter | null;
	/** None: one group of all rows. */
	readonly groups: readonly GroupColumn[];
	/** For the first groups; those behind them are ascending. */
	readonly directions: readonly Direction[];
	readonly limit: number | null;
	readonly computed: readonly Computed[];
}

export const computations = ["sum", "avg", "min", "max"] as const;

/** Distinct in an aggregate. */
export interface Computed {
	readonly called: (typeof computations)[number];
	readonly column: ColumnModel;
}

export type Item =
	| { readonly kind: "aggregate"; readonly relation: RelationModel; readonly aggregate: Aggregate }
	| { readonly kind: "column"; readonly column: ColumnModel }
	| { readonly kind: "typename" }
	| {
			readonly kind: "relation";
			readonly relation: RelationModel;
			readonly target: TableModel;
			/** Null towards one row. */
			readonly page: Page | null;
			readonly items: readonly Item[];
	  };

/** A page of a connection; what follows it is asked for by its cursor. */
export interface Connection {
	readonly kind: "connection";
	readonly table: TableModel;
	readonly field: string;
	readonly where: Filter | null;
	readonly order: readonly Order[];
	/** `first`, or `last` from the end. */
	readonly size: number;
	readonly backward: boolean;
	readonly items: readonly Item[];
	/** Rows of the pages before, and the cursor that ended them. */
	readonly from: { readonly skipped: number; readonly cursor: string } | null;
}

export type Root =
	| Connection
	| { readonly kind: "aggregate"; readonly aggregate: Aggregate }
	| { readonly kind: "list"; readonly table: TableModel; readonly page: Page; readonly items: readonly Item[] }
	| {
			readonly kind: "byKey";
			readonly table: TableModel;
			readonly key: KeyModel;
			readonly values: readonly Value[];
			readonly items: readonly Item[];
	  };

export interface Question {
	readonly tenant: "acme" | "globex";
	readonly roots: readonly Root[];
	/** Arguments are variables instead of standing in the document. */
	readonly bound: boolean;
}

/** Items with the names that they get in the answer: their own or, where that is taken or by turns, an alias. */
export function responseKeys(items: readonly Item[]): readonly (readonly [key: string, item: Item])[] {
	const taken = new Set<string>();
	return items.map((item, index) => {
		const name = nameOf(item);
		const key = taken.has(name) || index % 2 === 1 ? `a${index}` : name;
		taken.add(name);
		return [key, item];
	});
}

export function nameOf(item: Item): string {
	switch (item.kind) {
		case "aggregate":
			return item.aggregate.field;
		case "column":
			return item.column.name;
		case "typename":
			return "__typename";
		case "relation":
			return item.relation.name;
	}
}
