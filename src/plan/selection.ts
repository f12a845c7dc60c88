// A selection whose names are resolved against the DataModel, with its arguments still as written: what an operation is
// prepared to once, and what is planned, and authorized, for each set of variables.
import type { FieldNode, GraphQLField } from "graphql";
import type { Attribute } from "../schema/catalog.ts";
import type { ColumnModel, RelationModel, RootField, TableModel } from "../schema/model.ts";
import type { SelectedAggregate } from "./aggregate-selection.ts";
import type { SelectedConnection } from "./connection-selection.ts";

/** Where a field's arguments come from. */
export interface ArgumentSource {
	readonly definition: GraphQLField<unknown, unknown>;
	readonly node: FieldNode;
	/** They name a variable, so they differ from request to request. */
	readonly dynamic: boolean;
}

export interface SelectedColumn {
	readonly kind: "column";
	/** Response key. */
	readonly key: string;
	readonly column: ColumnModel;
	/** What is selected of a composite, or of each in an array; null for every other type. */
	readonly composite: SelectedComposite | null;
}

/** The selection on a composite type. Its column is what is read, whatever is selected of it. */
export interface SelectedComposite {
	readonly typeName: string;
	readonly items: readonly (SelectedAttribute | SelectedTypename)[];
}

export interface SelectedAttribute {
	readonly kind: "attribute";
	/** Response key. */
	readonly key: string;
	readonly attribute: Attribute;
	readonly composite: SelectedComposite | null;
}

export interface SelectedTypename {
	readonly kind: "typename";
	readonly key: string;
}

export interface SelectedRelation {
	readonly kind: "relation";
	readonly key: string;
	readonly relation: RelationModel;
	readonly args: ArgumentSource;
	readonly selection: Selection;
}

/** The groups of the rows of a to-many relation. */
export interface SelectedAggregates {
	readonly kind: "aggregates";
	readonly key: string;
	readonly relation: RelationModel;
	readonly args: ArgumentSource;
	readonly aggregate: SelectedAggregate;
}

export type SelectedItem = SelectedColumn | SelectedTypename | SelectedRelation | SelectedAggregates;

/** The selection on one table, merged by response key, in response order. */
export interface Selection {
	readonly table: TableModel;
	readonly items: readonly SelectedItem[];
	/** An argument in it, at any depth, names a variable. */
	readonly dynamic: boolean;
}

/** A root field of the data schema with everything below it. */
export interface RootSelection {
	readonly key: string;
	readonly field: RootField;
	readonly args: ArgumentSource;
	/** Null where the field gives no rows. */
	readonly selection: Selection | null;
	/** What is selected of a connection; null for all else. */
	readonly connection: SelectedConnection | null;
	/** What is selected of groups of rows; null for all else. */
	readonly aggregate: SelectedAggregate | null;
	/** What is selected of a composite value, where the field gives one; null for all else. */
	readonly composite: SelectedComposite | null;
}
