// Takes a connection to Postgres, gives the Catalog of the exposed schemas; refuses a schema that does not exist.
import { readFile } from "node:fs/promises";
import type { ClientBase } from "pg";
import {
	type Introspection,
	makeIntrospectionQuery,
	type PgAttribute,
	type PgClass,
	type PgConstraint,
	type PgProc,
	parseIntrospectionResults,
} from "pg-introspection";
import { AppError } from "../error/app-error.ts";
import type { Catalog, ForeignKey, Rule, Table } from "./catalog.ts";
import { readRoutines } from "./introspect-routines.ts";
import { type RelationFacts, readColumns } from "./read-columns.ts";
import { readKeys } from "./read-keys.ts";
import { readTags } from "./read-tags.ts";
import { shownColumns, shownKeys } from "./shown-columns.ts";
import { takeTurns } from "./turns.ts";

const relationKinds: Readonly<Record<string, Table["kind"]>> = {
	r: "table",
	p: "table",
	v: "view",
	m: "materializedView",
	f: "foreignTable",
};

/** The part of `pg` that is needed here. */
export type Queryable = Pick<ClientBase, "query">;

/**
 * Reads the catalog of the exposed schemas.
 * @param client a connection that may read pg_catalog
 * @param schemas names of the exposed schemas, in order of precedence for names
 * @throws AppError INTERNAL when a schema does not exist
 */
export async function introspect(client: Queryable, schemas: readonly string[]): Promise<Catalog> {
	const answer = await client.query<{ introspection: string }>(makeIntrospectionQuery());
	const introspection = parseIntrospectionResults(answer.rows[0]?.introspection ?? "", true);
	const missing = schemas.filter((name) => introspection.getNamespace({ name }) === undefined);
	if (missing.length > 0) {
		throw new AppError("INTERNAL", {
			message: `The database has no schema named ${missing.join(", ")}.`,
			hint: "Create it, or set APPRUN_DB_SCHEMAS to the schemas that you want to expose.",
		});
	}
	const sql = await readFile(new URL("../../sql/introspection/relations.sql", import.meta.url), "utf8");
	const facts = await client.query<RelationFacts>(sql, [schemas]);
	const factsByOid = new Map(facts.rows.map((row) => [row.oid, row]));
	const turn = takeTurns();
	const tables: Table[] = [];
	for (const pgClass of exposedClasses(introspection, schemas)) {
		tables.push(...readTable(introspection, pgClass, factsByOid));
		await turn();
	}
	const { routines, leftOut } = readRoutines(introspection, schemas);
	return Object.freeze({ schemas: Object.freeze([...schemas]), tables: Object.freeze(tables), routines, leftOut });
}

function exposedClasses(introspection: Introspection, schemas: readonly string[]): PgClass[] {
	const rank = (pgClass: PgClass) => schemas.indexOf(pgClass.getNamespace()?.nspname ?? "");
	return introspection.classes
		.filter((pgClass) => rank(pgClass) >= 0 && pgClass.relkind in relationKinds && pgClass.relispartition !== true)
		.sort((a, b) => rank(a) - rank(b) || (a.relname < b.relname ? -1 : 1));
}

/** None for a relation that was made while the catalog was read: the next reading finds it. */
function readTable(
	introspection: Introspection,
	pgClass: PgClass,
	factsByOid: ReadonlyMap<string, RelationFacts>,
): readonly Table[] {
	const facts = factsByOid.get(pgClass._id);
	if (facts === undefined) return [];
	const comment = pgClass.getTagsAndDescription();
	const shown = shownColumns(introspection, pgClass, (oid) => factsByOid.get(oid)?.rule ?? null);
	const keys = shown.size > 0 ? shownKeys(pgClass, shown, readKeys) : readKeys(pgClass);
	const table: Table = {
		schema: schemaOf(pgClass),
		name: pgClass.relname,
		kind: relationKinds[pgClass.relkind] ?? "table",
		comment: comment.description ?? null,
		tags: readTags(comment),
		columns: Object.freeze(readColumns(introspection, pgClass, facts, shown)),
		keys: Object.freeze(keys),
		foreignKeys: Object.freeze(readForeignKeys(introspection, pgClass)),
		rules: Object.freeze(readRules(pgClass)),
		insertable: (facts.writable & 8) !== 0,
		updatable: (facts.writable & 4) !== 0,
		deletable: (facts.writable & 16) !== 0 && facts.deletable,
		rowSecurity: Object.freeze({
			enabled: pgClass.relrowsecurity === true,
			forced: pgClass.relforcerowsecurity === true,
		}),
		securityInvoker: facts.security_invoker,
	};
	return [Object.freeze(table)];
}

function schemaOf(pgClass: PgClass): string {
	return pgClass.getNamespace()?.nspname ?? "";
}

function readRules(pgClass: PgClass): Rule[] {
	return pgClass
		.getConstraints()
		.filter((constraint) => constraint.contype === "c" || constraint.contype === "x")
		.map((constraint) =>
			Object.freeze({ constraint: constraint.conname, columns: columnNames(constraint.getAttributes()) }),
		);
}

function readForeignKeys(introspection: Introspection, pgClass: PgClass): ForeignKey[] {
	return pgClass
		.getConstraints()
		.filter((constraint) => constraint.contype === "f" && constraint.getForeignClass() !== undefined)
		.sort((a, b) => (a.conname < b.conname ? -1 : 1))
		.map((constraint) => readForeignKey(introspection, constraint));
}

function readForeignKey(introspection: Introspection, constraint: PgConstraint): ForeignKey {
	const comment = constraint.getTagsAndDescription();
	const target = constraint.getForeignClass();
	return Object.freeze({
		constraint: constraint.conname,
		columns: columnNames(constraint.getAttributes()),
		target: Object.freeze({ schema: target === undefined ? "" : schemaOf(target), name: target?.relname ?? "" }),
		targetColumns: columnNames(constraint.getForeignAttributes()),
		followedByFunction: introspection.procs.some((proc) => followsKey(proc, constraint)),
		comment: comment.description ?? null,
		tags: readTags(comment),
	});
}

function followsKey(proc: PgProc, constraint: PgConstraint): boolean {
	if (proc.proname !== constraint.conname || proc.pronamespace !== constraint.connamespace) return false;
	const inputs = proc.getArguments().filter((argument) => argument.isIn);
	return inputs.length === 1 && inputs[0]?.type.typrelid === constraint.conrelid;
}

function columnNames(attributes: readonly PgAttribute[] | undefined): readonly string[] {
	return Object.freeze((attributes ?? []).map((attribute) => attribute.attname));
}
