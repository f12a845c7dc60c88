// Takes a table, gives the names of its bulk writes, the constraints that an upsert of it can name, and what tells its rows
// apart; and the root fields that come of it.
import type { Key, Table } from "./catalog.ts";
import type { ColumnModel, ConflictTarget, RootField, TableModel } from "./model.ts";
import { NameClaims } from "./name-claims.ts";
import { constraintName, writeFieldName } from "./naming.ts";

type BulkWrites = Pick<
	TableModel,
	"createManyField" | "updateManyField" | "deleteManyField" | "conflictTargets" | "identity"
>;

/** Names the bulk writes of a table. @param from.plural what many of its rows are called, such as `products` */
export function nameBulkWrites(from: {
	readonly table: Table;
	readonly plural: string;
	readonly columns: readonly ColumnModel[];
	readonly claims: NameClaims;
	readonly collisions: string[];
}): BulkWrites {
	const { table, plural, columns, claims, collisions } = from;
	const owner = `${table.schema}.${table.name}`;
	const identity = identityOf(table);
	const claim = (verb: "create" | "update" | "delete", offered: boolean) =>
		offered ? claims.claim([writeFieldName(verb, plural), writeFieldName(verb, `${plural}List`)], owner) : null;
	return {
		createManyField: claim("create", table.insertable),
		updateManyField: claim("update", table.updatable && identity !== null),
		deleteManyField: claim("delete", table.deletable && identity !== null),
		conflictTargets: Object.freeze(conflictTargets(table, columns, collisions)),
		identity,
	};
}

/** The root fields under their names. */
export function bulkWriteFields(table: TableModel): readonly (readonly [name: string, field: RootField])[] {
	const { createManyField, updateManyField, deleteManyField } = table;
	return [
		...(createManyField === null ? [] : [[createManyField, Object.freeze({ kind: "createMany", table })] as const]),
		...(updateManyField === null ? [] : [[updateManyField, Object.freeze({ kind: "updateMany", table })] as const]),
		...(deleteManyField === null ? [] : [[deleteManyField, Object.freeze({ kind: "deleteMany", table })] as const]),
	];
}

/** The columns of the primary key, or of the first unique constraint without a null. */
function identityOf(table: Table): readonly string[] | null {
	const certain = table.columns.filter(({ nullable, selectable }) => selectable && !nullable).map(({ name }) => name);
	const key = table.keys.find(({ columns }) => columns.every((column) => certain.includes(column)));
	return key?.columns ?? null;
}

function conflictTargets(table: Table, columns: readonly ColumnModel[], collisions: string[]): ConflictTarget[] {
	if (!table.updatable) return [];
	const shown = new Set(columns.filter(({ column }) => column.selectable).map(({ column }) => column.name));
	const usable = ({ deferrable, columns: own }: Key) => !deferrable && own.every((column) => shown.has(column));
	const claims = new NameClaims(["true", "false", "null"], collisions);
	return table.keys.filter(usable).map(({ constraint, columns: own }) => {
		const name = claims.claim([constraintName(constraint)], `${table.schema}.${table.name} (${constraint})`);
		return Object.freeze({ name, columns: own });
	});
}
