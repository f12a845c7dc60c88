// Takes the functions of the catalog, tells what each is in the schema: a computed field of a table, a root field, or left out,
// with the reason. PostgREST picks a function by its name and the names of the arguments that a request gives.
import type { Catalog, Column, Routine, Table, TableRef } from "./catalog.ts";
import { type TableModel, tableKey } from "./model.ts";

/** A function of one row, as a column of that row. */
export interface ComputedColumn {
	readonly column: Column;
	readonly routine: TableRef;
}

/** The computed fields of a table: functions of its row in its schema that only read, and give one value. */
export function computedColumns(routines: readonly Routine[], table: Table): readonly ComputedColumn[] {
	const held = new Set(table.columns.map(({ name }) => name));
	return routines
		.filter((routine) => isComputed(routine) && tableKey(routine.rowOf ?? routine) === tableKey(table))
		.filter(({ name }) => !held.has(name))
		.map((routine) => Object.freeze({ column: columnOf(routine), routine: refOf(routine) }));
}

function isComputed({ rowOf, schema, volatile, many, result }: Routine): boolean {
	return rowOf !== null && rowOf.schema === schema && !volatile && !many && result.kind === "value";
}

/** What may be done with a column that a function computes. */
export const readOnly = Object.freeze({ selectable: true, insertable: false, updatable: false });

function columnOf({ name, result, comment, tags }: Routine): Column {
	if (result.kind !== "value") throw new Error(`${name} gives no value`);
	const fixed = { domains: [], nullable: true, hasDefault: false, generated: true, ...readOnly };
	return Object.freeze({ name, type: result.type, ...fixed, comment, tags });
}

function refOf({ schema, name }: TableRef): TableRef {
	return Object.freeze({ schema, name });
}

/** Functions that are root fields, and one line for each that is in the schema nowhere. */
export interface SortedRoutines {
	readonly callable: readonly Routine[];
	readonly leftOut: readonly string[];
}

/** Tells root fields from what cannot be called. */
export function sortRoutines(
	{ routines, tables: all }: Catalog,
	tables: ReadonlyMap<string, TableModel>,
): SortedRoutines {
	const callable: Routine[] = [];
	const leftOut: string[] = [];
	for (const routine of routines) {
		// A function that follows a foreign key is a relation already.
		if (isComputed(routine) || all.some((table) => followsKey(routine, table))) continue;
		const reason = objection(routine, routines, tables);
		if (reason === null) callable.push(routine);
		else leftOut.push(`${describeRoutine(routine)}: ${reason}`);
	}
	return { callable, leftOut };
}

function followsKey({ name, rowOf }: Routine, table: Table): boolean {
	if (rowOf === null || tableKey(rowOf) !== tableKey(table)) return false;
	return table.foreignKeys.some(({ constraint, followedByFunction }) => followedByFunction && constraint === name);
}

function objection(routine: Routine, all: readonly Routine[], tables: ReadonlyMap<string, TableModel>): string | null {
	const { result } = routine;
	if (routine.rowOf !== null)
		return "a function of a row is a field of it when it is STABLE, gives one value and stands in the schema of the table";
	if (result.kind === "table" && !tables.has(tableKey(result.table)))
		return `it gives rows of ${result.table.schema}.${result.table.name}, which is not exposed`;
	const twin = all.find((other) => other !== routine && isSameCall(routine, other));
	if (twin !== undefined)
		return `PostgREST cannot tell it from ${describeRoutine(twin)}; name their arguments differently`;
	return null;
}

/** Whether some set of argument names fits both. */
function isSameCall(a: Routine, b: Routine): boolean {
	if (a.schema !== b.schema || a.name !== b.name) return false;
	const namesOf = ({ arguments: given }: Routine) => new Set(given.map(({ name }) => name));
	const needs = (one: Routine, other: Routine) =>
		one.arguments.every(({ name, required }) => !required || namesOf(other).has(name));
	return needs(a, b) && needs(b, a);
}

/** `api.search_products(query)`. */
export function describeRoutine({ schema, name, arguments: given }: Routine): string {
	return `${schema}.${name}(${given.map((argument) => argument.name).join(", ")})`;
}
