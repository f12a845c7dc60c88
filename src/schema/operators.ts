// Which filter operators a column type has. One table for type building and planning.
import type { CompareOperator } from "../plan/nodes.ts";
import type { ColumnType } from "./catalog.ts";
import { type OperatorFamily, scalarMapping } from "./scalar-types.ts";

export type FilterOperator = CompareOperator | "in" | "isNull";

const equality = ["eq", "neq", "in"] as const;
const ordering = ["gt", "gte", "lt", "lte"] as const;

const byFamily: Readonly<Record<OperatorFamily, readonly FilterOperator[]>> = Object.freeze({
	text: [...equality, ...ordering, "like", "ilike", "isNull"],
	ordered: [...equality, ...ordering, "isNull"],
	equatable: [...equality, "isNull"],
	opaque: ["isNull"],
});

/** The operators of a column type; `lt` among them means that it can be ordered by. */
export function operatorsOf(type: ColumnType): readonly FilterOperator[] {
	switch (type.kind) {
		case "enum":
			return byFamily.ordered;
		case "array":
			return operatorsOf(type.element).includes("eq") ? ["eq", "neq", "isNull"] : ["isNull"];
		case "composite":
			return byFamily.opaque;
		case "scalar":
		case "range":
		case "unknown":
			return byFamily[scalarMapping(type).family];
	}
}
