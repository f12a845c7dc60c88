// What Postgres can compute over each column type, and what the results are. Source: PostgreSQL documentation, "Aggregate
// Functions".
import type { ColumnType } from "./catalog.ts";

/** How a computed number comes: its scalar, and whether it is asked for as text to keep its digits. */
export interface NumberResult {
	readonly graphql: "BigInt" | "Decimal" | "Double" | "Interval" | "String";
	readonly asText: boolean;
}

const bigInt: NumberResult = Object.freeze({ graphql: "BigInt", asText: true });
const decimal: NumberResult = Object.freeze({ graphql: "Decimal", asText: true });
const double: NumberResult = Object.freeze({ graphql: "Double", asText: false });
const interval: NumberResult = Object.freeze({ graphql: "Interval", asText: false });
const text: NumberResult = Object.freeze({ graphql: "String", asText: false });

const sums: Readonly<Record<string, NumberResult>> = Object.freeze({
	int2: bigInt,
	int4: bigInt,
	int8: decimal,
	numeric: decimal,
	float4: double,
	float8: double,
	interval,
	money: text,
});

const averages: Readonly<Record<string, NumberResult>> = Object.freeze({
	int2: decimal,
	int4: decimal,
	int8: decimal,
	numeric: decimal,
	float4: double,
	float8: double,
	interval,
});

const extremes: ReadonlySet<string> = new Set([
	...["int2", "int4", "int8", "oid", "float4", "float8", "numeric", "money", "text", "varchar", "bpchar", "citext"],
	...["date", "time", "timetz", "timestamp", "timestamptz", "interval", "inet", "cidr"],
]);

/** The sum of a column's values; null: they have none. */
export function sumOf(type: ColumnType): NumberResult | null {
	return type.kind === "scalar" ? (sums[type.name] ?? null) : null;
}

/** Their average. */
export function averageOf(type: ColumnType): NumberResult | null {
	return type.kind === "scalar" ? (averages[type.name] ?? null) : null;
}

/** Whether they have a least and a greatest one that Postgres finds. */
export function hasExtremes(type: ColumnType): boolean {
	return type.kind === "enum" || (type.kind === "scalar" && extremes.has(type.name));
}
