// Takes a view whose rows are those of one table, gives which column of the table each of its columns shows, also through
// views in between; and the keys of the table as the view has them.
import type { Introspection, PgAttribute, PgClass } from "pg-introspection";
import type { Key } from "./catalog.ts";
import { readOrigins } from "./view-origins.ts";

/** Attribute number of the view → the attribute of the table. */
export type ShownColumns = ReadonlyMap<number, PgAttribute>;

/** Text of the rule of a view by its oid; null for a view that is more than the rows of one relation. */
export type RuleOf = (oid: string) => string | null;

/** None for a relation that is no such view. */
export function shownColumns(introspection: Introspection, view: PgClass, ruleOf: RuleOf): ShownColumns {
	const shown = new Map<number, PgAttribute>();
	const rule = view.relkind === "v" ? ruleOf(view._id) : null;
	if (rule === null) return shown;
	for (const [position, { table, attribute }] of readOrigins(rule)) {
		const beneath = introspection.getClass({ id: table });
		const found =
			beneath?.relkind === "v"
				? shownColumns(introspection, beneath, ruleOf).get(attribute)
				: beneath?.getAttributes().find(({ attnum }) => attnum === attribute);
		if (found !== undefined) shown.set(position, found);
	}
	return shown;
}

/** The keys that a view shows whole. @param keysOf the keys of a table */
export function shownKeys(view: PgClass, shown: ShownColumns, keysOf: (table: PgClass) => readonly Key[]): Key[] {
	const [first] = shown.values();
	const table = first?.getClass();
	if (table === undefined) return [];
	const names = new Map<string, string>();
	for (const attribute of view.getAttributes()) {
		const column = shown.get(attribute.attnum)?.attname;
		if (column !== undefined && !names.has(column)) names.set(column, attribute.attname);
	}
	return keysOf(table).flatMap((key) => {
		const columns = key.columns.flatMap((column) => names.get(column) ?? []);
		return columns.length === key.columns.length ? [Object.freeze({ ...key, columns: Object.freeze(columns) })] : [];
	});
}
