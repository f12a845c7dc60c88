// Takes what a source gave with its shape, gives the GraphQL value of a root field, or its JSON text.
import type { Cursors } from "../plan/cursor.ts";
import { keepDigits } from "../schema/exact-number.ts";
import type { Rows } from "../source/source.ts";
import { completeAggregate } from "./complete-aggregate.ts";
import { completeConnection } from "./complete-connection.ts";
import { completeLeaf, completeNode, parseRows } from "./complete-row.ts";
import type { Json } from "./decode-value.ts";
import { splice } from "./splice.ts";

/** The value as graphql-js completes it further. @param cursors of the caller */
export function completeValue(rows: Rows, cursors: Cursors): unknown {
	const { json, select, total } = rows;
	switch (select.kind) {
		case "select":
			return completeNode(select, parseRows(json, select));
		case "value":
			return completeLeaf(select, JSON.parse(json, keepDigits) as Json);
		case "aggregate":
			return completeAggregate(select, JSON.parse(json, keepDigits) as Json);
		case "connection":
			return completeConnection(select, { rows: parseRows(json, select.row), total: total ?? null }, cursors);
	}
}

/** The value as JSON text, byte for byte what serialising completeValue would give. */
export function completeText(rows: Rows, cursors: Cursors): string {
	const { json, select } = rows;
	if (select.kind !== "select") return JSON.stringify(completeValue(rows, cursors));
	const asItIs = select.verbatim === "always" || (select.verbatim === "unlessNested" && !json.includes("[["));
	return asItIs ? json : (splice(select, json) ?? JSON.stringify(completeValue(rows, cursors)));
}
