// What a plan is made of: frozen data with a literal `kind`; no functions, no I/O; printable and comparable. Names are
// those of the database; client values are already coerced, but not yet encoded.
import type { TableRef } from "../schema/catalog.ts";
import type { AggregateField, AggregatePlan } from "./aggregate-nodes.ts";
import type { ConnectionPlan } from "./connection-nodes.ts";

/** A value that a client sent, or a list of them. Numbers that JavaScript cannot hold exactly are strings. */
export type PlanValue = string | number | boolean | null | readonly PlanValue[] | { readonly [key: string]: PlanValue };

export type CompareOperator =
	| "eq"
	| "neq"
	| "gt"
	| "gte"
	| "lt"
	| "lte"
	| "isDistinctFrom"
	| TextOperator
	| ContainOperator
	| RangeOperator;

export type TextOperator = "like" | "ilike" | "regex" | "iregex";

export type ContainOperator = "contains" | "containedBy" | "overlaps";

export type RangeOperator =
	| "strictlyLeftOf"
	| "strictlyRightOf"
	| "notExtendsRightOf"
	| "notExtendsLeftOf"
	| "adjacentTo";

/** How a text search is read: as a web search, as words, as a phrase, as a tsquery. */
export type SearchMode = "web" | "plain" | "phrase" | "tsquery";

/** A related table, and the way to it. */
export interface RelatedTable {
	readonly target: TableRef;
	/** Constraint, join table or column that tells relations between the same tables apart; null: not needed. */
	readonly hint: string | null;
	/** The relation leads from the table to itself. */
	readonly self: boolean;
	readonly cardinality: "one" | "many";
}

export type ConditionNode =
	| { readonly kind: "and"; readonly conditions: readonly ConditionNode[] }
	| { readonly kind: "or"; readonly conditions: readonly ConditionNode[] }
	| { readonly kind: "not"; readonly condition: ConditionNode }
	| {
			readonly kind: "compare";
			readonly column: string;
			/** Members of a json column that lead to the value; left out: the column itself. */
			readonly path?: JsonPath;
			readonly operator: CompareOperator;
			readonly value: PlanValue;
	  }
	| {
			readonly kind: "in";
			readonly column: string;
			readonly path?: JsonPath;
			readonly values: readonly PlanValue[];
	  }
	| { readonly kind: "isNull"; readonly column: string; readonly path?: JsonPath; readonly isNull: boolean }
	| {
			readonly kind: "search";
			readonly column: string;
			readonly mode: SearchMode;
			/** A text search configuration, in plain letters; null: the database's default. */
			readonly language: string | null;
			readonly query: string;
	  }
	| {
			/** At least one related row, or none, meets the condition; null: any row does. */
			readonly kind: "related";
			readonly relation: RelatedTable;
			readonly quantifier: "some" | "none";
			readonly condition: ConditionNode | null;
	  };

/** Keys and array indexes, outermost first; whole numbers are indexes. */
export type JsonPath = readonly string[];

export interface OrderNode {
	readonly kind: "order";
	/** The to-one relations that lead to the column's row, nearest first; empty: it is the row's own. */
	readonly via: readonly RelatedTable[];
	readonly column: string;
	readonly direction: "asc" | "desc";
	readonly nulls: "first" | "last" | null;
}

/** How a column's JSON is turned into its GraphQL value. */
export type ColumnDecoding =
	| { readonly kind: "verbatim" }
	/** A json column: numbers keep their digits. */
	| { readonly kind: "json" }
	/** A double: written as Postgres writes it, `1e+20` and `-0` included. */
	| { readonly kind: "number" }
	/** A number inside a composite that is a string in GraphQL. */
	| { readonly kind: "digits" }
	/** An array, with one of these for each declared dimension. */
	| { readonly kind: "list"; readonly of: ColumnDecoding }
	| { readonly kind: "composite"; readonly members: readonly CompositeMember[] }
	/** Labels that are no GraphQL names, mapped to their names. */
	| { readonly kind: "enum"; readonly names: Readonly<Record<string, string>> };

/** What is selected of a composite, in response order. */
export type CompositeMember =
	| TypenameField
	| {
			readonly kind: "attribute";
			/** Response key. */
			readonly key: string;
			readonly name: string;
			readonly decoding: ColumnDecoding;
	  };

export interface ColumnField {
	readonly kind: "column";
	/** Response key. */
	readonly key: string;
	/** The member of the database's row that holds it. */
	readonly as: string;
	readonly column: string;
	/** Cast in the database, so that no digit is lost on the way. */
	readonly cast: "text" | "_text" | null;
	readonly decoding: ColumnDecoding;
}

export interface TypenameField {
	readonly kind: "typename";
	readonly key: string;
	readonly typeName: string;
}

export interface EmbedField extends RelatedTable {
	readonly kind: "embed";
	readonly key: string;
	/** The member of the database's row that holds it: unlike the key where that means something else, too. */
	readonly as: string;
	readonly select: SelectNode;
	readonly where: ConditionNode | null;
	readonly order: readonly OrderNode[];
	readonly limit: number | null;
	readonly offset: number;
}

export type SelectedField = ColumnField | TypenameField | EmbedField | AggregateField;

/** The rows' shape, in response order. Also what the answer is completed from. */
export interface SelectNode {
	readonly kind: "select";
	readonly fields: readonly SelectedField[];
	/** A column to ask for where the fields name none (`{ __typename }`), so that rows come at all. */
	readonly presence: string | null;
	/**
	 * The database's JSON is the answer's JSON, byte for byte: nothing to decode, add, drop or reorder. `unlessNested`: if no
	 * array has more dimensions than its column declares.
	 */
	readonly verbatim: "always" | "unlessNested" | "never";
}

export interface ReadPlan {
	readonly kind: "read";
	readonly from: TableRef;
	readonly cardinality: "one" | "many";
	readonly select: SelectNode;
	readonly where: ConditionNode | null;
	readonly order: readonly OrderNode[];
	readonly limit: number | null;
	readonly offset: number;
}

/** Column name → value; a column left out gets its default. */
export type RowValues = Readonly<Record<string, PlanValue>>;

export interface CreatePlan {
	readonly kind: "create";
	readonly into: TableRef;
	readonly row: RowValues;
	readonly select: SelectNode;
}

/** Column name → value, all of which a row has to have. */
export type KeyValues = Readonly<Record<string, PlanValue>>;

export interface UpdatePlan {
	readonly kind: "update";
	readonly table: TableRef;
	readonly key: KeyValues;
	readonly patch: RowValues;
	readonly select: SelectNode;
}

export interface DeletePlan {
	readonly kind: "delete";
	readonly from: TableRef;
	readonly key: KeyValues;
	readonly select: SelectNode;
}

/** What becomes of a row that exists already. */
export interface ConflictNode {
	readonly kind: "conflict";
	/** Columns of the unique constraint. */
	readonly columns: readonly string[];
	/** `merge`: every written column takes the new value. */
	readonly resolution: "merge" | "ignore";
}

export interface CreateManyPlan {
	readonly kind: "createMany";
	readonly into: TableRef;
	/** Columns that are written; one that a row lacks gets its default. */
	readonly columns: readonly string[];
	readonly rows: readonly RowValues[];
	readonly onConflict: ConflictNode | null;
	readonly select: SelectNode;
}

/** A write of the rows that match: they are read first, and written only when there are no more than `atMost`. */
interface MatchingWrite {
	readonly table: TableRef;
	/** Finds the columns of `identity`, as text, of one more row than may be written. */
	readonly matching: ReadPlan;
	/** Columns that together tell a row from every other. */
	readonly identity: readonly string[];
	readonly atMost: number;
	/** Its rows have versions of their own: it is no view. */
	readonly versioned: boolean;
	readonly select: SelectNode;
}

export interface UpdateManyPlan extends MatchingWrite {
	readonly kind: "updateMany";
	readonly patch: RowValues;
}

export interface DeleteManyPlan extends MatchingWrite {
	readonly kind: "deleteMany";
}

/** A value that is no row, or several of it. */
export interface ValueNode {
	readonly kind: "value";
	readonly many: boolean;
	readonly decoding: ColumnDecoding;
}

/** A call of a function of the database. */
export interface RoutinePlan {
	readonly kind: "routine";
	readonly routine: TableRef;
	/** By the database's names; an argument left out gets its default. */
	readonly args: RowValues;
	readonly result: RoutineRows | RoutineValues | { readonly kind: "void" };
}

export interface RoutineRows {
	readonly kind: "rows";
	/** How the rows are asked for: `from` is the function, and columns that only filters need are selected, too. */
	readonly read: ReadPlan;
	/** A member of each row that is null where there is no row; null: nothing tells. */
	readonly presence: string | null;
	/** The shape of the answer. */
	readonly select: SelectNode;
}

export interface RoutineValues {
	readonly kind: "values";
	readonly limit: number | null;
	readonly offset: number;
	readonly select: ValueNode;
}

/** A plan that is one request. */
export type RequestPlan =
	| AggregatePlan
	| ConnectionPlan
	| RoutinePlan
	| ReadPlan
	| CreatePlan
	| CreateManyPlan
	| UpdatePlan
	| DeletePlan;

/** A plan that is two: what it writes depends on what it found. */
export type MatchingPlan = UpdateManyPlan | DeleteManyPlan;

export type Plan = RequestPlan | MatchingPlan;
