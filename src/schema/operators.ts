// Which filter operators a column type has. One table for type building and planning. Sources: PostgreSQL documentation,
// "Functions and Operators"; PostgREST 12 documentation, "Operators".
import type { CompareOperator } from "../plan/nodes.ts";
import type { ColumnType } from "./catalog.ts";
import { type OperatorFamily, scalarMapping } from "./scalar-types.ts";

/** `at` leads into json, `matches` is a text search, `containsElement` asks a range or an array for one value. */
export type FilterOperator = CompareOperator | "in" | "isNull" | "containsElement" | "matches" | "at";

const equality = ["eq", "neq", "in", "isDistinctFrom"] as const;
const ordering = ["gt", "gte", "lt", "lte"] as const;
const text = ["like", "ilike", "regex", "iregex"] as const;
const containing = ["contains", "containedBy"] as const;
const ranges = [
	"overlaps",
	"strictlyLeftOf",
	"strictlyRightOf",
	"notExtendsRightOf",
	"notExtendsLeftOf",
	"adjacentTo",
] as const;

const byFamily: Readonly<Record<OperatorFamily, readonly FilterOperator[]>> = Object.freeze({
	text: [...equality, ...ordering, ...text, "isNull"],
	ordered: [...equality, ...ordering, "isNull"],
	equatable: [...equality, "isNull"],
	opaque: ["isNull"],
});

/** Types whose operators are not those of a family. */
const byName: Readonly<Record<string, readonly FilterOperator[]>> = Object.freeze({
	jsonb: [...equality, ...containing, "at", "isNull"],
	tsvector: ["matches", "isNull"],
	...Object.fromEntries(
		["int4", "int8", "num", "date", "ts", "tstz"].map((of) => [
			`${of}multirange`,
			[...equality, ...containing, ...ranges, "isNull"],
		]),
	),
});

/** The operators of a column type; `lt` among them means that it can be ordered by. */
export function operatorsOf(type: ColumnType): readonly FilterOperator[] {
	switch (type.kind) {
		case "enum":
			return byFamily.ordered;
		case "array":
			return operatorsOf(type.element).includes("eq")
				? ["eq", "neq", "isDistinctFrom", ...containing, "containsElement", "overlaps", "isNull"]
				: ["isNull"];
		case "range":
			return [...equality, ...containing, "containsElement", ...ranges, "isNull"];
		case "scalar":
			return byName[type.name] ?? byFamily[scalarMapping(type).family];
		case "composite":
			return byFamily.opaque;
		case "unknown":
			return byFamily[scalarMapping(type).family];
	}
}

/** Operators of a value inside a json column; text ones read it as text. */
export const jsonPathOperators = Object.freeze([...equality, ...ordering, ...text, ...containing, "isNull"] as const);

/** Operators whose operand is text, whatever the column is. */
export const textOperators: ReadonlySet<string> = new Set(text);
