// Takes the functions that can be called, gives their root fields: names of fields, arguments, and of rows that no table holds.
// Of overloads the one with the fewest arguments has the plain name.
import type { Column, Routine, Table } from "./catalog.ts";
import { type ColumnModel, type RootField, type RoutineModel, type TableModel, tableKey } from "./model.ts";
import type { Namespaces } from "./name-catalog.ts";
import { NameClaims } from "./name-claims.ts";
import { argumentNames, camelCase, routineFieldNames, routineRowTypeName, tableTypeNames } from "./naming.ts";
import { describeRoutine } from "./routine-roles.ts";

type RoutineField = Extract<RootField, { kind: "routine" }>;

interface Naming {
	readonly tables: ReadonlyMap<string, TableModel>;
	readonly names: Namespaces;
	readonly tenantColumn: string;
}

/** Arguments of a list; an argument of a function that has such a name gets another. */
const listArguments = ["where", "orderBy", "limit", "offset"];

/** The root fields by their names. @param routines sorted by schema and name */
export function nameRoutines(routines: readonly Routine[], naming: Naming): ReadonlyMap<string, RoutineField> {
	const fields = new Map<string, RoutineField>();
	const seen = new Set<string>();
	const few = routines.toSorted((a, b) => a.arguments.length - b.arguments.length);
	for (const routine of few) {
		const owner = `function ${describeRoutine(routine)}`;
		const claims = routine.volatile ? naming.names.mutations : naming.names.queries;
		const own = routine.arguments.map(({ name }) => name);
		const overload = seen.has(tableKey(routine));
		const name = claims.claim(routineFieldNames(routine.tags.name ?? routine.name, own, overload), owner);
		seen.add(tableKey(routine));
		const model = nameRoutine(routine, naming);
		fields.set(name, Object.freeze({ kind: "routine", table: model.rows, routine: model }));
	}
	return new Map([...fields].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function nameRoutine(routine: Routine, naming: Naming): RoutineModel {
	const claims = new NameClaims(routine.many ? listArguments : [], naming.names.collisions);
	const named = routine.arguments.map((argument) => {
		const name = claims.claim(argumentNames(argument.name), `${describeRoutine(routine)}, argument ${argument.name}`);
		return Object.freeze({ name, argument });
	});
	return Object.freeze({ routine, arguments: Object.freeze(named), rows: rowsOf(routine, naming) });
}

function rowsOf(routine: Routine, naming: Naming): TableModel | null {
	const { result } = routine;
	if (result.kind === "record") return nameRecord(routine, result.columns, naming);
	return result.kind === "table" ? (naming.tables.get(tableKey(result.table)) ?? null) : null;
}

/** A table that is none: it has columns, and neither keys nor relations. */
function nameRecord(routine: Routine, columns: readonly Column[], { names, tenantColumn }: Naming): TableModel {
	const owner = `rows of function ${describeRoutine(routine)}`;
	const wanted = routineRowTypeName(routine.tags.name ?? routine.name);
	const typeName = names.types.claim([wanted], owner, (name) => [name, ...Object.values(tableTypeNames(name))]);
	const claims = new NameClaims(["and", "or", "not"], names.collisions);
	const fields = new Map<string, ColumnModel>();
	for (const column of columns) {
		const name = claims.claim([camelCase(column.name)], `${owner}, column ${column.name}`);
		const tenant = column.name === tenantColumn;
		fields.set(name, Object.freeze({ kind: "column", name, column, tenant, routine: null }));
	}
	return Object.freeze({
		table: recordTable(routine, columns),
		ofRoutine: true,
		typeName,
		fields,
		...noFields,
		description: routine.comment,
	});
}

const noFields = Object.freeze({
	listField: "",
	connectionField: null,
	aggregateField: null,
	aggregates: new Map(),
	createField: null,
	createManyField: null,
	updateManyField: null,
	deleteManyField: null,
	keys: [],
	conflictTargets: [],
	identity: null,
	tieBreak: [],
});

function recordTable({ schema, name, tags }: Routine, columns: readonly Column[]): Table {
	return Object.freeze({
		schema,
		name,
		kind: "view",
		comment: null,
		tags,
		columns,
		keys: [],
		foreignKeys: [],
		rules: [],
		insertable: false,
		updatable: false,
		deletable: false,
		rowSecurity: { enabled: false, forced: false },
		securityInvoker: true,
	});
}
