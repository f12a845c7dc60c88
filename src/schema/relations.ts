// Takes the exposed tables, gives the relations that their foreign keys make: forwards, backwards and through join
// tables, each with its candidate names. The tenant column is part of keys, but of no name.
import type { ForeignKey, Table, TableRef } from "./catalog.ts";
import { type RelationModel, tableKey } from "./model.ts";
import { backwardFieldNames, forwardFieldNames, joinFieldNames } from "./naming.ts";

/** A relation that has no field name yet. */
export interface Relation extends Omit<RelationModel, "kind" | "name"> {
	/** Candidates for the field name, best first. */
	readonly names: readonly string[];
}

/**
 * Bytes of the longest name of a table that relations lead from: PostgREST 12.0.2 appends alias and depth in its SQL, where
 * Postgres cuts names off after 63 (see src/plan/fit-select.ts).
 */
const longestEmbedding = 56;

/** Relations by the table that they start from (see tableKey), in the order in which they get their names. */
export function findRelations(
	tables: readonly Table[],
	tenantColumn: string,
): ReadonlyMap<string, readonly Relation[]> {
	const found = new Map<string, Relation[]>(tables.map((table) => [tableKey(table), []]));
	const known = (table: TableRef) => found.has(tableKey(table));
	const add = (from: TableRef, relation: Relation) => {
		if (Buffer.byteLength(from.name) <= longestEmbedding) found.get(tableKey(from))?.push(relation);
	};
	// Forward names are the most natural ones, so they are claimed first; join tables come last.
	for (const table of tables) {
		for (const key of usableKeys(table, known)) {
			const hint = forwardHint(table, key);
			if (hint !== undefined) add(table, forward({ table, key, hint, tenantColumn }));
		}
	}
	for (const table of tables) {
		for (const key of usableKeys(table, known)) {
			const hint = backwardHint(table, key);
			if (hint !== undefined) add(key.target, backward({ table, key, hint, tenantColumn }));
		}
	}
	for (const table of tables) {
		for (const [from, to] of joins(table).filter(([a, b]) => known(a.target) && known(b.target))) {
			add(from.target, throughJoin(table, to));
		}
	}
	return found;
}

function usableKeys(table: Table, known: (table: TableRef) => boolean): ForeignKey[] {
	return table.foreignKeys.filter((key) => known(key.target) && !key.tags.omit);
}

/**
 * What PostgREST 12.0.2 calls the row that a key points to; undefined: it cannot be reached. Within one table it follows
 * a key of one column by that column, and a key of several, or a unique one, only by a function named like the constraint.
 */
function forwardHint(table: Table, key: ForeignKey): string | undefined {
	if (!isSelf(table, key)) return key.constraint;
	if (key.columns.length === 1 && !isUnique(table, key)) return key.columns[0];
	return key.followedByFunction ? key.constraint : undefined;
}

/** The same for the rows that point here: within one table by the column, or by nothing where there is one key only. */
function backwardHint(table: Table, key: ForeignKey): string | null | undefined {
	if (!isSelf(table, key)) return key.constraint;
	// It knows of no way back from one row to one row of the same table.
	if (isUnique(table, key)) return undefined;
	if (key.columns.length === 1) return key.columns[0];
	return table.foreignKeys.filter((other) => isSelf(table, other)).length === 1 ? null : undefined;
}

function isSelf(table: Table, key: ForeignKey): boolean {
	return tableKey(table) === tableKey(key.target);
}

/** At most one row points at each. */
function isUnique(table: Table, key: ForeignKey): boolean {
	return table.keys.some((unique) => sameColumns(unique.columns, key.columns));
}

interface ByKey {
	readonly table: Table;
	readonly key: ForeignKey;
	readonly hint: string | null;
	readonly tenantColumn: string;
}

function forward({ table, key, hint, tenantColumn }: ByKey): Relation {
	return {
		names: forwardFieldNames(key, withoutTenant(key, tenantColumn)),
		cardinality: "one",
		target: key.target,
		hint,
		self: isSelf(table, key),
		via: { kind: "foreignKey", owner: refOf(table), constraint: key.constraint },
		description: key.comment,
	};
}

function backward({ table, key, hint, tenantColumn }: ByKey): Relation {
	const cardinality = isUnique(table, key) ? "one" : "many";
	const siblings = table.foreignKeys.filter((other) => tableKey(other.target) === tableKey(key.target));
	const self = isSelf(table, key);
	return {
		// The children of a row of its own table are named like the table: that is what a reader expects of `parent`.
		names: backwardFieldNames({
			table: self ? { schema: table.schema, name: `child_${table.name}` } : table,
			key,
			columns: withoutTenant(key, tenantColumn),
			cardinality,
			only: siblings.length === 1,
		}),
		cardinality,
		target: refOf(table),
		hint,
		self,
		via: { kind: "foreignKey", owner: refOf(table), constraint: key.constraint },
		description: null,
	};
}

/** Ordered pairs of foreign keys of a join table: its primary key covers both, and they lead to different tables. */
function joins(table: Table): [ForeignKey, ForeignKey][] {
	const primary = table.keys.find((key) => key.primary)?.columns ?? [];
	const keys = table.foreignKeys.filter((key) => key.columns.every((column) => primary.includes(column)));
	return keys.flatMap((from) =>
		keys
			.filter((to) => tableKey(from.target) !== tableKey(to.target))
			// Several ways between the same two tables cannot be told apart by the join table's name.
			.filter((to) => keys.filter((key) => tableKey(key.target) === tableKey(to.target)).length === 1)
			.filter(() => keys.filter((key) => tableKey(key.target) === tableKey(from.target)).length === 1)
			.map((to): [ForeignKey, ForeignKey] => [from, to]),
	);
}

function throughJoin(table: Table, to: ForeignKey): Relation {
	return {
		names: joinFieldNames(to.target, table),
		cardinality: "many",
		target: to.target,
		hint: table.name,
		self: false,
		via: { kind: "joinTable", table: refOf(table) },
		description: null,
	};
}

function withoutTenant(key: ForeignKey, tenantColumn: string): readonly string[] {
	const columns = key.columns.filter((column) => column !== tenantColumn);
	return columns.length === 0 ? key.columns : columns;
}

function refOf(table: Table): TableRef {
	return Object.freeze({ schema: table.schema, name: table.name });
}

function sameColumns(a: readonly string[], b: readonly string[]): boolean {
	return a.length === b.length && a.every((column) => b.includes(column));
}
