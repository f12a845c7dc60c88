// Takes the tables, gives of each what a caller can do something with: without keys and relations over columns that nobody
// may read, and without writes that no column is left for.
import type { Column, ForeignKey, Table, TableRef } from "./catalog.ts";
import { tableKey } from "./model.ts";

/** Only tables of which something can be read: every answer is made of rows. */
export function usablePart(tables: readonly Table[], tenantColumn: string): readonly Table[] {
	const readable = tables.filter(({ columns }) => columns.some(({ selectable }) => selectable));
	const selectable = new Map(readable.map((table) => [tableKey(table), selectableNames(table)]));
	const allReadable = (table: TableRef, columns: readonly string[]) =>
		columns.every((name) => selectable.get(tableKey(table))?.has(name) === true);
	return readable.map((table) => {
		const isFollowed = (key: ForeignKey) =>
			allReadable(table, key.columns) &&
			(!selectable.has(tableKey(key.target)) || allReadable(key.target, key.targetColumns));
		const writable = table.columns.filter(({ name, generated }) => name !== tenantColumn && !generated);
		return Object.freeze({
			...table,
			keys: Object.freeze(
				table.keys.filter(({ columns }) =>
					allReadable(
						table,
						columns.filter((name) => name !== tenantColumn),
					),
				),
			),
			foreignKeys: Object.freeze(table.foreignKeys.filter(isFollowed)),
			insertable: table.insertable && writable.some(({ insertable }) => insertable),
			updatable: table.updatable && writable.some(({ updatable }) => updatable),
		});
	});
}

function selectableNames({ columns }: Table): ReadonlySet<string> {
	return new Set(columns.filter((column: Column) => column.selectable).map(({ name }) => name));
}
