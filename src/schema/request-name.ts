// What a request to PostgREST names a related table by.
import type { RelationModel } from "./model.ts";

/** The table's name; within one table the key's column, or function, stands for the row that is pointed at. */
export function requestName(relation: Pick<RelationModel, "target" | "hint" | "self" | "cardinality">): string {
	const { self, cardinality, hint, target } = relation;
	return self && cardinality === "one" && hint !== null ? hint : target.name;
}
