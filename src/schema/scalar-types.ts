// What each Postgres type is in GraphQL: scalar, cast in the database, decoding, and which operators make sense. One
// table for type building, planning and compiling. Source: PostgreSQL documentation, chapter "Data Types".
import type { ColumnType } from "./catalog.ts";

/** How a scalar behaves in filters and orders. */
export type OperatorFamily = "text" | "ordered" | "equatable" | "opaque";

export interface ScalarMapping {
	/** Name of the GraphQL scalar. */
	readonly graphql: string;
	/** Selected as text, because its JSON would lose digits or shape. */
	readonly asText: boolean;
	readonly family: OperatorFamily;
}

const mapping = (graphql: string, family: OperatorFamily, asText = false): ScalarMapping =>
	Object.freeze({ graphql, asText, family });

const text = mapping("String", "text");
/** A type of Postgres without a scalar of its own: its JSON is its text in quotes. */
const opaque = mapping("String", "opaque");
/** A type of an extension or a user: it may have a cast to json, such as hstore's. */
const opaqueText = mapping("String", "opaque", true);

const scalars: Readonly<Record<string, ScalarMapping>> = Object.freeze({
	text,
	varchar: text,
	bpchar: text,
	char: text,
	name: text,
	citext: text,
	bool: mapping("Boolean", "equatable"),
	int2: mapping("Int", "ordered"),
	int4: mapping("Int", "ordered"),
	int8: mapping("BigInt", "ordered", true),
	oid: mapping("BigInt", "ordered"),
	float4: mapping("Double", "ordered"),
	float8: mapping("Double", "ordered"),
	numeric: mapping("Decimal", "ordered", true),
	uuid: mapping("UUID", "ordered"),
	date: mapping("Date", "ordered"),
	time: mapping("LocalTime", "ordered"),
	timetz: mapping("Time", "ordered"),
	timestamp: mapping("LocalDateTime", "ordered"),
	timestamptz: mapping("DateTime", "ordered"),
	interval: mapping("Interval", "ordered"),
	json: mapping("JSON", "opaque"),
	jsonb: mapping("JSON", "opaque"),
	bytea: mapping("Bytes", "equatable"),
	inet: mapping("String", "ordered"),
	cidr: mapping("String", "ordered"),
	macaddr: mapping("String", "ordered"),
	macaddr8: mapping("String", "ordered"),
	bit: mapping("String", "ordered"),
	varbit: mapping("String", "ordered"),
	money: mapping("String", "ordered"),
	// Their JSON is an array.
	int2vector: opaqueText,
	oidvector: opaqueText,
	int4multirange: mapping("Int4Multirange", "equatable"),
	int8multirange: mapping("Int8Multirange", "equatable"),
	nummultirange: mapping("NumMultirange", "equatable"),
	datemultirange: mapping("DateMultirange", "equatable"),
	tsmultirange: mapping("TsMultirange", "equatable"),
	tstzmultirange: mapping("TstzMultirange", "equatable"),
});

/** A map, because a range may have any name, also one that every object knows. */
const ranges: ReadonlyMap<string, ScalarMapping> = new Map([
	["int4range", mapping("Int4Range", "equatable")],
	["int8range", mapping("Int8Range", "equatable")],
	["numrange", mapping("NumRange", "equatable")],
	["daterange", mapping("DateRange", "equatable")],
	["tsrange", mapping("TsRange", "equatable")],
	["tstzrange", mapping("TstzRange", "equatable")],
]);

const otherRange = mapping("String", "equatable", true);

/** The mapping of a type that is one value: no enum, array or composite. */
export function scalarMapping(type: Extract<ColumnType, { kind: "scalar" | "range" | "unknown" }>): ScalarMapping {
	switch (type.kind) {
		case "scalar":
			return scalars[type.name] ?? opaque;
		case "range":
			return ranges.get(type.name) ?? otherRange;
		case "unknown":
			return opaqueText;
	}
}

/** Custom scalars by name; the built-in five are not among them. */
export const customScalarNames: readonly string[] = Object.freeze(
	[...new Set([...Object.values(scalars), ...ranges.values()].map(({ graphql }) => graphql))].filter(
		(name) => !["String", "Int", "Float", "Boolean", "ID"].includes(name),
	),
);

/** Names that no table or enum may take. */
export const reservedTypeNames: readonly string[] = Object.freeze([
	"Query",
	"Mutation",
	"Subscription",
	"String",
	"Int",
	"Float",
	"Boolean",
	"ID",
	"SortDirection",
	"PageInfo",
	"TextSearch",
	"TextSearchMode",
	"JSONPathFilter",
	...customScalarNames,
	...[
		"String",
		"StringOrdered",
		"StringEquatable",
		"StringNull",
		"StringRange",
		"StringSearch",
		"JSONNull",
		"Composite",
		"Int",
		"Float",
		"Boolean",
		"ID",
		...customScalarNames,
	].flatMap((name) => [`${name}Filter`, `${name}ListFilter`]),
]);
