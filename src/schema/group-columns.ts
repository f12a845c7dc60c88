// What rows of a table can be grouped by: its columns, and the columns of its to-one rows, each under one flat name.
import type { ColumnType } from "./catalog.ts";
import { type ColumnModel, type DataModel, type RelationModel, type TableModel, targetOf } from "./model.ts";
import { NameClaims } from "./name-claims.ts";
import { groupColumnName } from "./naming.ts";
import { operatorsOf } from "./operators.ts";

export interface GroupColumn {
	/** Name of the enum's value and of the field of the key: `categoryId`, `category_name`. */
	readonly name: string;
	/** The to-one relation that leads to the column; null: it is the table's own. */
	readonly relation: RelationModel | null;
	readonly column: ColumnModel;
}

const known = new WeakMap<TableModel, ReadonlyMap<string, GroupColumn>>();

/** By name, own columns first. */
export function groupColumnsOf(model: DataModel, table: TableModel): ReadonlyMap<string, GroupColumn> {
	const before = known.get(table);
	if (before !== undefined) return before;
	const claims = new NameClaims([], []);
	const found = new Map<string, GroupColumn>();
	const add = (relation: RelationModel | null, column: ColumnModel) => {
		if (column.tenant || column.routine !== null || !column.column.selectable || !isGroupable(column.column.type))
			return;
		const name = claims.claim([groupColumnName(relation?.name ?? null, column.name)], column.name);
		found.set(name, Object.freeze({ name, relation, column }));
	};
	for (const field of table.fields.values()) if (field.kind === "column") add(null, field);
	for (const field of table.fields.values())
		if (field.kind === "relation" && field.cardinality === "one")
			for (const column of targetOf(model, field).fields.values()) if (column.kind === "column") add(field, column);
	known.set(table, found);
	return found;
}

/** Values that are equal or not, and no lists of values. */
function isGroupable(type: ColumnType): boolean {
	if (type.kind === "array" || (type.kind === "scalar" && type.name === "jsonb")) return false;
	return operatorsOf(type).includes("eq");
}
