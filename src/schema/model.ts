// The catalog with GraphQL names: what type building, planning and authorization look things up in. Made by
// name-catalog.ts with the names of naming.ts; frozen; maps are keyed by GraphQL name.
import type { Column, Key, Routine, RoutineArgument, Table, TableRef } from "./catalog.ts";

export interface ColumnModel {
	readonly kind: "column";
	/** GraphQL field name. */
	readonly name: string;
	readonly column: Column;
	/** The tenant column: in outputs only, never in an input, filter, order or key argument. */
	readonly tenant: boolean;
	/** The function of one row that computes it; null: the table holds it. */
	readonly routine: TableRef | null;
}

export interface RelationModel {
	readonly kind: "relation";
	/** GraphQL field name. */
	readonly name: string;
	readonly cardinality: "one" | "many";
	readonly target: TableRef;
	/**
	 * What tells PostgREST which foreign key, or which join table, is meant: a constraint, a table, within one table a
	 * column. Null: the target's name is enough.
	 */
	readonly hint: string | null;
	/** Both ends are the same table. */
	readonly self: boolean;
	/** The columns of both ends (and of the join table), for authorization. */
	readonly via:
		| { readonly kind: "foreignKey"; readonly owner: TableRef; readonly constraint: string }
		| { readonly kind: "joinTable"; readonly table: TableRef };
	readonly description: string | null;
}

export interface KeyModel {
	/** Root field of the lookup: `product`, `productBySku`. */
	readonly queryField: string;
	readonly updateField: string | null;
	readonly deleteField: string | null;
	readonly key: Key;
	/** The key's columns without the tenant column, in key order; never empty. */
	readonly columns: readonly ColumnModel[];
}

export interface ConflictTarget {
	/** Value of the table's constraint enum. */
	readonly name: string;
	/** Database names, the tenant column among them. */
	readonly columns: readonly string[];
}

export interface TableModel {
	readonly table: Table;
	/** Only a function gives such rows: there is no right to them but the one to call it. */
	readonly ofRoutine: boolean;
	/** `Product`; input types are made from it by naming.ts. */
	readonly typeName: string;
	/** `products`, and null where the table offers no such field. */
	readonly listField: string;
	/** Null where nothing makes an order total, so that no cursor would be safe. */
	readonly connectionField: string | null;
	/** Null where there is no list either. */
	readonly aggregateField: string | null;
	readonly createField: string | null;
	readonly createManyField: string | null;
	/** Null also where nothing tells one row from another. */
	readonly updateManyField: string | null;
	readonly deleteManyField: string | null;
	readonly fields: ReadonlyMap<string, ColumnModel | RelationModel>;
	/** To-many relations by the names of the fields of their aggregates. */
	readonly aggregates: ReadonlyMap<string, RelationModel>;
	readonly keys: readonly KeyModel[];
	/** Unique constraints that an upsert can name; none where rows cannot be changed. */
	readonly conflictTargets: readonly ConflictTarget[];
	/** Database names of the columns that tell a row from every other, the tenant's among them; null: there are none. */
	readonly identity: readonly string[] | null;
	/** Columns that make an order total: the primary key without the tenant column, or none. */
	readonly tieBreak: readonly ColumnModel[];
	readonly description: string | null;
}

/** An argument of a function under its GraphQL name. */
export interface ArgumentModel {
	readonly name: string;
	readonly argument: RoutineArgument;
}

/** A function of the database that is a root field. */
export interface RoutineModel {
	readonly routine: Routine;
	readonly arguments: readonly ArgumentModel[];
	/** What its rows are; null: it gives none. */
	readonly rows: TableModel | null;
}

/** A root field of the data schema and what it does. */
export type RootField =
	| { readonly kind: "list"; readonly table: TableModel }
	| { readonly kind: "connection"; readonly table: TableModel }
	| { readonly kind: "aggregate"; readonly table: TableModel }
	| { readonly kind: "byKey"; readonly table: TableModel; readonly key: KeyModel }
	| { readonly kind: "create"; readonly table: TableModel }
	| { readonly kind: "createMany"; readonly table: TableModel }
	| { readonly kind: "updateByKey"; readonly table: TableModel; readonly key: KeyModel }
	| { readonly kind: "deleteByKey"; readonly table: TableModel; readonly key: KeyModel }
	| { readonly kind: "updateMany"; readonly table: TableModel }
	| { readonly kind: "deleteMany"; readonly table: TableModel }
	| { readonly kind: "routine"; readonly table: TableModel | null; readonly routine: RoutineModel };

export interface DataModel {
	/** Keyed by `schema.name` (see tableKey). */
	readonly tables: ReadonlyMap<string, TableModel>;
	readonly queries: ReadonlyMap<string, RootField>;
	readonly mutations: ReadonlyMap<string, RootField>;
	/** GraphQL type names of the enums, keyed by the JSON of [schema, name]. */
	readonly enums: ReadonlyMap<string, string>;
	/** The same of the composite types. */
	readonly composites: ReadonlyMap<string, string>;
	/** Names that could not be had as they were, and what was done: for `apprun doctor`. */
	readonly collisions: readonly string[];
}

/** The key of a type in `DataModel.enums` and `DataModel.composites`. */
export const typeKey = (type: { readonly schema: string; readonly name: string }): string =>
	JSON.stringify([type.schema, type.name]);

/** The key of a relation in `DataModel.tables`. */
export const tableKey = (table: TableRef): string => JSON.stringify([table.schema, table.name]);

/** The table that a relation leads to. */
export function targetOf(model: DataModel, relation: Pick<RelationModel, "name" | "target">): TableModel {
	const target = model.tables.get(tableKey(relation.target));
	if (target === undefined) throw new Error(`relation ${relation.name} leads to a table that is not exposed`);
	return target;
}
