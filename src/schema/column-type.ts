// Takes a type oid, gives what the type means for GraphQL and PostgREST, with the domains around it taken off. A type
// that nothing here knows becomes `unknown`, which travels as text, so that any schema builds.
import type { Introspection, PgType } from "pg-introspection";
import type { ColumnType } from "./catalog.ts";

/** A column's type and what its domains add. */
export interface ResolvedType {
	readonly type: ColumnType;
	readonly domains: readonly string[];
	/** A domain around it is `not null`. */
	readonly notNull: boolean;
}

/** Resolves the type with this oid. */
export function columnType(introspection: Introspection, oid: string): ResolvedType {
	const domains: string[] = [];
	let notNull = false;
	let pgType = introspection.getType({ id: oid });
	while (pgType?.typtype === "d" && pgType.typbasetype !== null) {
		domains.push(pgType.typname);
		notNull ||= pgType.typnotnull === true;
		pgType = introspection.getType({ id: pgType.typbasetype });
	}
	return Object.freeze({
		type: Object.freeze(baseType(introspection, pgType)),
		domains: Object.freeze(domains),
		notNull,
	});
}

function baseType(introspection: Introspection, pgType: PgType | undefined): ColumnType {
	if (pgType === undefined) return { kind: "unknown", schema: "", name: "" };
	const schema = pgType.getNamespace()?.nspname ?? "";
	const name = pgType.typname;
	if (pgType.typtype === "e") {
		const labels = (pgType.getEnumValues() ?? []).toSorted((a, b) => a.enumsortorder - b.enumsortorder);
		return {
			kind: "enum",
			schema,
			name,
			labels: Object.freeze(labels.map((value) => value.enumlabel)),
			comment: pgType.getTagsAndDescription().description ?? null,
		};
	}
	if (pgType.typtype === "c") return { kind: "composite", schema, name };
	if (pgType.typtype === "r") {
		const subtype = pgType.getRange()?.rngsubtype;
		if (subtype !== undefined && subtype !== null)
			return { kind: "range", name, element: columnType(introspection, subtype).type };
	}
	// Category A alone would also match the vector types of the catalog, whose JSON is no array.
	const element = pgType.typcategory === "A" && name.startsWith("_") ? pgType.getElemType() : undefined;
	if (element !== undefined) return { kind: "array", element: columnType(introspection, element._id).type };
	if (pgType.typtype === "b" && schema === "pg_catalog") return { kind: "scalar", name };
	// citext lives wherever its extension was installed, and is text in all that matters here.
	if (pgType.typtype === "b" && name === "citext") return { kind: "scalar", name };
	return { kind: "unknown", schema, name };
}
