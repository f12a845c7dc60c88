// Takes the Catalog, gives the DataModel: every exposed table, column, relation and root field under its GraphQL name.
import type { Catalog, Column, ColumnType, Key, Routine, Table } from "./catalog.ts";
import type { ColumnModel, DataModel, KeyModel, RelationModel, RootField, TableModel } from "./model.ts";
import { tableKey } from "./model.ts";
import { bulkWriteFields, nameBulkWrites } from "./name-bulk-writes.ts";
import { NameClaims } from "./name-claims.ts";
import { nameRoutines } from "./name-routines.ts";
import { nameTypes } from "./name-types.ts";
import {
	aggregateFieldName,
	camelCase,
	connectionFieldName,
	keyFieldName,
	listFieldName,
	pascalCase,
	rowTypeName,
	tableTypeNames,
	unusableRootFields,
	writeFieldName,
} from "./naming.ts";
import { operatorsOf } from "./operators.ts";
import { findRelations, type Relation } from "./relations.ts";
import { type ComputedColumn, computedColumns, sortRoutines } from "./routine-roles.ts";
import { reservedTypeNames } from "./scalar-types.ts";
import { usablePart } from "./usable-part.ts";

interface Options {
	/** Name of the tenant column. */
	readonly tenantColumn: string;
	readonly tablesWithoutRls: "refuse" | "hide" | "expose";
	/** Names that the other subschemas hold. */
	readonly reserved?: ReservedNames;
}

/** GraphQL names that the data schema must leave to others. */
export interface ReservedNames {
	readonly types: readonly string[];
	readonly queries: readonly string[];
	readonly mutations: readonly string[];
}

export interface Namespaces {
	readonly types: NameClaims;
	readonly queries: NameClaims;
	readonly mutations: NameClaims;
	readonly collisions: string[];
}

/** Names everything in the catalog. Pure and deterministic; collisions are settled in catalog order. */
export function nameCatalog(catalog: Catalog, options: Options): DataModel {
	const collisions: string[] = [];
	const names: Namespaces = {
		types: new NameClaims([...reservedTypeNames, ...(options.reserved?.types ?? [])], collisions),
		queries: new NameClaims([...unusableRootFields, ...(options.reserved?.queries ?? [])], collisions),
		mutations: new NameClaims(options.reserved?.mutations ?? [], collisions),
		collisions,
	};
	const shown = catalog.tables.filter((table) => isExposed(table, options));
	const exposed = usablePart(shown, options.tenantColumn);
	const relations = findRelations(exposed, options.tenantColumn);
	const tables = new Map<string, TableModel>();
	for (const table of renamedFirst(exposed)) {
		const computed = computedColumns(catalog.routines, table);
		const own = relations.get(tableKey(table)) ?? [];
		tables.set(tableKey(table), nameTable({ table, relations: own, computed, names, options }));
	}
	const called = sortRoutines(catalog, tables);
	const named = nameRoutines(called.callable, { tables, names, tenantColumn: options.tenantColumn });
	const types = nameTypes([...exposed.flatMap(typesOfTable), ...catalog.routines.flatMap(typesOfRoutine)], names.types);
	const { queries, mutations } = rootFields(tables);
	for (const [name, field] of named) (field.routine.routine.volatile ? mutations : queries).set(name, field);
	const leftOut = [...catalog.leftOut, ...called.leftOut].map((line) => `function ${line}`);
	return Object.freeze({
		tables,
		queries,
		mutations,
		...types,
		collisions: Object.freeze([...collisions, ...leftOut]),
	});
}

const typesOfTable = ({ columns }: Table): readonly ColumnType[] => columns.map(({ type }) => type);

function typesOfRoutine({ rowOf, arguments: inputs, result }: Routine): readonly ColumnType[] {
	const given = rowOf === null ? inputs.map(({ type }) => type) : [];
	if (result.kind === "record") return [...given, ...result.columns.map(({ type }) => type)];
	return result.kind === "value" ? [...given, result.type] : given;
}

/** Whoever asks for a name by a comment gets it, also where another would have come to it by itself. */
function renamedFirst<Named extends Table | Column>(all: readonly Named[]): readonly Named[] {
	return all.toSorted((a, b) => Number(b.tags.name !== null) - Number(a.tags.name !== null));
}

/** A table is in the schema unless a comment omits it, or it has no row level security and such tables are hidden. */
function isExposed(table: Table, options: Options): boolean {
	if (table.tags.omit) return false;
	return options.tablesWithoutRls !== "hide" || table.kind !== "table" || table.rowSecurity.enabled;
}

interface TableParts {
	readonly table: Table;
	readonly relations: readonly Relation[];
	readonly computed: readonly ComputedColumn[];
	readonly names: Namespaces;
	readonly options: Options;
}

function nameTable(from: TableParts): TableModel {
	const { table, names } = from;
	const owner = `${table.schema}.${table.name}`;
	const wanted = table.tags.name ?? table.name;
	const typeName = names.types.claim(
		[rowTypeName(wanted), pascalCase(table.schema) + rowTypeName(wanted)],
		owner,
		(name) => [name, ...Object.values(tableTypeNames(name))],
	);
	const { fields, aggregates } = nameFields(from);
	const columns = [...fields.values()].filter((field) => field.kind === "column");
	const own = listFieldName(rowTypeName(wanted) === typeName ? wanted : typeName);
	const listField = names.queries.claim([own, `${own}List`], owner);
	const tieBreak = primaryColumns(table, columns);
	const connectionField = tieBreak.length === 0 ? null : names.queries.claim([connectionFieldName(listField)], owner);
	const aggregateField = names.queries.claim([aggregateFieldName(listField)], owner);
	const createField = table.insertable ? names.mutations.claim([writeFieldName("create", typeName)], owner) : null;
	const keys = table.keys.flatMap((key) => nameKey({ table, key, typeName, columns, names }) ?? []);
	return Object.freeze({
		table,
		ofRoutine: false,
		typeName,
		listField,
		connectionField,
		aggregateField,
		createField,
		...nameBulkWrites({ table, plural: own, columns, claims: names.mutations, collisions: names.collisions }),
		fields,
		aggregates,
		keys: Object.freeze(keys),
		tieBreak: Object.freeze(tieBreak),
		description: table.comment,
	});
}

function nameFields(from: TableParts): Pick<TableModel, "fields" | "aggregates"> {
	const { table, relations, computed, names, options } = from;
	// `and`, `or` and `not` are fields of every filter.
	const claims = new NameClaims(["and", "or", "not"], names.collisions);
	const fields = new Map<string, ColumnModel | RelationModel>();
	for (const column of renamedFirst(table.columns)) {
		if (column.tags.omit) continue;
		const name = claims.claim(
			[camelCase(column.tags.name ?? column.name)],
			`${table.schema}.${table.name}.${column.name}`,
		);
		fields.set(name, nameColumn(name, column, options.tenantColumn));
	}
	for (const { column, routine } of computed) {
		const name = claims.claim(
			[camelCase(column.tags.name ?? column.name)],
			`function ${routine.schema}.${routine.name}`,
		);
		fields.set(name, Object.freeze({ kind: "column", name, column, tenant: false, routine }));
	}
	for (const relation of relations) {
		const name = claims.claim(relation.names, `${table.schema}.${table.name} → ${relation.target.name}`);
		const { names: _, ...rest } = relation;
		fields.set(name, Object.freeze({ kind: "relation", name, ...rest }));
	}
	// Last, so that nothing of the database has to make way for them.
	const aggregates = new Map<string, RelationModel>();
	for (const field of fields.values()) {
		if (field.kind !== "relation" || field.cardinality === "one") continue;
		aggregates.set(claims.claim([aggregateFieldName(field.name)], `aggregate of ${field.name}`), field);
	}
	return { fields, aggregates };
}

function nameColumn(name: string, column: Column, tenantColumn: string): ColumnModel {
	return Object.freeze({ kind: "column", name, column, tenant: column.name === tenantColumn, routine: null });
}

function nameKey(from: {
	readonly table: Table;
	readonly key: Key;
	readonly typeName: string;
	readonly columns: readonly ColumnModel[];
	readonly names: Namespaces;
}): KeyModel | undefined {
	const { table, key, typeName, names } = from;
	const columns = key.columns.flatMap((name) => from.columns.find(({ column }) => column.name === name) ?? []);
	const own = columns.filter((column) => !column.tenant);
	// A key with an omitted column cannot be asked for, one of the tenant column alone has nothing to ask with.
	if (columns.length !== key.columns.length || own.length === 0) return undefined;
	if (own.some(({ column }) => !operatorsOf(column.type).includes("eq"))) return undefined;
	const name = keyFieldName(
		typeName,
		own.map(({ column }) => column.name),
		key.primary,
	);
	const owner = `${table.schema}.${table.name} (${key.constraint})`;
	return Object.freeze({
		queryField: names.queries.claim([name, `${name}ByKey`], owner),
		updateField: table.updatable ? names.mutations.claim([writeFieldName("update", name)], owner) : null,
		deleteField: table.deletable ? names.mutations.claim([writeFieldName("delete", name)], owner) : null,
		key,
		columns: Object.freeze(own),
	});
}

function primaryColumns(table: Table, columns: readonly ColumnModel[]): ColumnModel[] {
	const primary = table.keys.find((key) => key.primary)?.columns ?? [];
	return columns.filter(({ column, tenant }) => !tenant && column.selectable && primary.includes(column.name));
}

function rootFields(tables: ReadonlyMap<string, TableModel>) {
	const queries = new Map<string, RootField>();
	const mutations = new Map<string, RootField>();
	for (const table of tables.values()) {
		queries.set(table.listField, Object.freeze({ kind: "list", table }));
		if (table.connectionField !== null)
			queries.set(table.connectionField, Object.freeze({ kind: "connection", table }));
		if (table.aggregateField !== null) queries.set(table.aggregateField, Object.freeze({ kind: "aggregate", table }));
		for (const key of table.keys) queries.set(key.queryField, Object.freeze({ kind: "byKey", table, key }));
		if (table.createField !== null) mutations.set(table.createField, Object.freeze({ kind: "create", table }));
		for (const key of table.keys) {
			if (key.updateField !== null) mutations.set(key.updateField, Object.freeze({ kind: "updateByKey", table, key }));
			if (key.deleteField !== null) mutations.set(key.deleteField, Object.freeze({ kind: "deleteByKey", table, key }));
		}
		for (const [name, field] of bulkWriteFields(table)) mutations.set(name, field);
	}
	return { queries, mutations };
}
