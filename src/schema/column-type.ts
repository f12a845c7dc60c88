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
	/** A domain around it has a default. */
	readonly hasDefault: boolean;
}

/**
 * Resolves the type with this oid.
 * @param dimensions of an array, as declared; Postgres notes them, and holds nobody to them
 */
export function columnType(introspection: Introspection, oid: string, dimensions = 0): ResolvedType {
	const domains: string[] = [];
	let notNull = false;
	let hasDefault = false;
	let declared = dimensions;
	let pgType = introspection.getType({ id: oid });
	while (pgType?.typtype === "d" && pgType.typbasetype !== null) {
		domains.push(pgType.typname);
		notNull ||= pgType.typnotnull === true;
		hasDefault ||= pgType.typdefault !== null;
		declared = Math.max(declared, pgType.typndims ?? 0);
		pgType = introspection.getType({ id: pgType.typbasetype });
	}
	const type = withDimensions(Object.freeze(baseType(introspection, pgType)), declared);
	return Object.freeze({ type, domains: Object.freeze(domains), notNull, hasDefault });
}

function withDimensions(type: ColumnType, declared: number): ColumnType {
	let nested = type;
	if (type.kind === "array")
		for (let more = declared; more > 1; more--) nested = Object.freeze({ kind: "array", element: nested });
	return nested;
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
	if (pgType.typtype === "c") return compositeType(introspection, pgType, { schema, name });
	if (pgType.typtype === "r") {
		const subtype = pgType.getRange()?.rngsubtype;
		if (subtype !== undefined && subtype !== null)
			return { kind: "range", name, element: columnType(introspection, subtype).type };
	}
	// Category A alone would also match the vector types of the catalog, whose JSON is no array.
	const element = pgType.typcategory === "A" && name.startsWith("_") ? pgType.getElemType() : undefined;
	if (element !== undefined) return { kind: "array", element: columnType(introspection, element._id).type };
	const isBase = pgType.typtype === "b" || pgType.typtype === "m";
	if (isBase && schema === "pg_catalog") return { kind: "scalar", name };
	// citext lives wherever its extension was installed, and is text in all that matters here.
	if (pgType.typtype === "b" && name === "citext") return { kind: "scalar", name };
	return { kind: "unknown", schema, name };
}

function compositeType(introspection: Introspection, pgType: PgType, own: TypeRef): ColumnType {
	const attributes = pgType
		.getClass()
		?.getAttributes()
		.filter(({ attnum, attisdropped }) => attnum > 0 && attisdropped !== true)
		.map((attribute) =>
			Object.freeze({
				name: attribute.attname,
				type: columnType(introspection, attribute.atttypid, attribute.attndims ?? 0).type,
				comment: attribute.getDescription() ?? null,
			}),
		);
	// A type of nothing has no fields that GraphQL could show.
	if (attributes === undefined || attributes.length === 0) return { kind: "unknown", ...own };
	const comment = pgType.getDescription() ?? null;
	return { kind: "composite", ...own, attributes: Object.freeze(attributes), comment };
}

interface TypeRef {
	readonly schema: string;
	readonly name: string;
}
