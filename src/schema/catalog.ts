// The database as the later stages see it: plain frozen data, named as in Postgres. Made by introspect.ts.

/** A relation's identity in the database. */
export interface TableRef {
	readonly schema: string;
	readonly name: string;
}

/** What a column's type means for GraphQL and for PostgREST. Closed: every consumer switches over `kind`. */
export type ColumnType =
	| { readonly kind: "scalar" /** `typname` of pg_catalog, such as `int4`, `uuid`, `jsonb`. */; readonly name: string }
	| {
			readonly kind: "enum";
			readonly schema: string;
			readonly name: string;
			readonly labels: readonly string[];
			readonly comment: string | null;
	  }
	/** An array of two declared dimensions is an array of arrays. */
	| { readonly kind: "array"; readonly element: ColumnType }
	| { readonly kind: "range"; readonly name: string; readonly element: ColumnType }
	| {
			readonly kind: "composite";
			readonly schema: string;
			readonly name: string;
			/** In the order of the type; never empty. */
			readonly attributes: readonly Attribute[];
			readonly comment: string | null;
	  }
	/** A type that nothing here knows: travels as text. */
	| { readonly kind: "unknown"; readonly schema: string; readonly name: string };

/** A field of a composite type. */
export interface Attribute {
	readonly name: string;
	readonly type: ColumnType;
	readonly comment: string | null;
}

/** What a database comment asks for: lines such as `@name x` or `@omit` before the description. */
export interface Tags {
	/** `@name x`: the GraphQL name to use. */
	readonly name: string | null;
	/** `@foreignName x` on a foreign key: the name of the field on the referenced side. */
	readonly foreignName: string | null;
	/** `@omit`: not in the schema. */
	readonly omit: boolean;
}

export interface Column {
	readonly name: string;
	readonly type: ColumnType;
	/** Domain names around `type`, outermost first; empty for a plain type. */
	readonly domains: readonly string[];
	readonly nullable: boolean;
	/** The database fills it when an insert leaves it out. */
	readonly hasDefault: boolean;
	/** `generated always as (…) stored` or `generated always as identity`, or computed by a view: never in an input. */
	readonly generated: boolean;
	/** What the callers' roles may do with it: at least one of these. Before `apprun migrate`: all of them. */
	readonly selectable: boolean;
	readonly insertable: boolean;
	readonly updatable: boolean;
	readonly comment: string | null;
	readonly tags: Tags;
}

export interface Key {
	readonly constraint: string;
	readonly columns: readonly string[];
	readonly primary: boolean;
	/** Checked at the end of a transaction: no upsert can name it. */
	readonly deferrable: boolean;
}

/** A check or an exclusion constraint. */
export interface Rule {
	readonly constraint: string;
	/** Columns that it looks at. */
	readonly columns: readonly string[];
}

export interface ForeignKey {
	readonly constraint: string;
	readonly columns: readonly string[];
	readonly target: TableRef;
	readonly targetColumns: readonly string[];
	/** A function with the constraint's name takes a row and follows the key: PostgREST's "computed relationship". */
	readonly followedByFunction: boolean;
	readonly comment: string | null;
	readonly tags: Tags;
}

export interface Table extends TableRef {
	readonly kind: "table" | "view" | "materializedView" | "foreignTable";
	readonly comment: string | null;
	readonly tags: Tags;
	readonly columns: readonly Column[];
	/** Primary key first, then unique constraints by name. */
	readonly keys: readonly Key[];
	readonly foreignKeys: readonly ForeignKey[];
	readonly rules: readonly Rule[];
	readonly insertable: boolean;
	readonly updatable: boolean;
	readonly deletable: boolean;
	readonly rowSecurity: { readonly enabled: boolean; readonly forced: boolean };
	/** For a view: it runs with the rights of the caller, so that row security of its tables applies. */
	readonly securityInvoker: boolean;
}

/** An argument that a caller gives by its name. */
export interface RoutineArgument {
	readonly name: string;
	readonly type: ColumnType;
	/** It has no default. */
	readonly required: boolean;
}

/** What a function gives; several of it where `Routine.many` says so. */
export type RoutineResult =
	| { readonly kind: "void" }
	| { readonly kind: "value"; readonly type: ColumnType }
	| { readonly kind: "table"; readonly table: TableRef }
	/** A composite type, `returns table (…)` or output arguments. */
	| { readonly kind: "record"; readonly columns: readonly Column[] };

/** A function of the database that can be called. */
export interface Routine extends TableRef {
	readonly comment: string | null;
	readonly tags: Tags;
	/** It may write: a mutation. */
	readonly volatile: boolean;
	readonly arguments: readonly RoutineArgument[];
	/** The relation of whose rows its only argument is one. */
	readonly rowOf: TableRef | null;
	readonly result: RoutineResult;
	readonly many: boolean;
}

/** The exposed part of a database. */
export interface Catalog {
	readonly schemas: readonly string[];
	/** Sorted by schema, then name, so that everything made from it is deterministic. */
	readonly tables: readonly Table[];
	/** Sorted by schema, name and arguments. */
	readonly routines: readonly Routine[];
	/** Functions that cannot be called, and why: one line each, for `apprun doctor`. */
	readonly leftOut: readonly string[];
}
