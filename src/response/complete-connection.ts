// Takes the rows of a page, one more than it has where there are more, and gives the connection as it was selected.
import type { ConnectionNode, EdgeField, PageFact, PageField } from "../plan/connection-nodes.ts";
import type { Cursors, OrderValues } from "../plan/cursor.ts";
import { completeRow } from "./complete-row.ts";
import type { Json, JsonObject } from "./decode-value.ts";

interface Page {
	readonly rows: readonly JsonObject[];
	/** There are rows in front of the page, or behind it, as the order has it. */
	readonly more: { readonly before: boolean; readonly after: boolean };
	readonly cursorOf: (row: JsonObject | undefined) => string | null;
}

/** @param found rows as they were asked for, from behind where the page is counted from the end */
export function completeConnection(
	select: ConnectionNode,
	found: { readonly rows: Json; readonly total: number | null },
	cursors: Cursors,
): Json {
	const page = pageOf(select, found.rows as readonly JsonObject[], cursors);
	const completed = empty();
	for (const field of select.fields) {
		switch (field.kind) {
			case "typename":
				completed[field.key] = field.typeName;
				break;
			case "totalCount":
				completed[field.key] = found.total;
				break;
			case "nodes":
				completed[field.key] = page.rows.map((row) => completeRow(field.select, row));
				break;
			case "edges":
				completed[field.key] = page.rows.map((row) => completeEdge(field.fields, row, page));
				break;
			case "pageInfo":
				completed[field.key] = completePage(field.fields, page);
		}
	}
	return completed;
}

function pageOf(select: ConnectionNode, found: readonly JsonObject[], cursors: Cursors): Page {
	const { size, backward, after, before, binding, keys } = select;
	const further = found.length > size;
	const rows = found.slice(0, size);
	return {
		rows: backward ? rows.reverse() : rows,
		// Behind a cursor there is, or was, the row that it is of.
		more: backward ? { before: further, after: before } : { before: after, after: further },
		cursorOf: (row) => (row === undefined ? null : cursors.seal(binding, valuesOf(keys, row))),
	};
}

function valuesOf(keys: ConnectionNode["keys"], row: JsonObject): OrderValues {
	return keys.map((path) => {
		const value = path.reduce<Json>((from, member) => (from as JsonObject | null)?.[member] ?? null, row);
		return typeof value === "string" ? value : null;
	});
}

function completeEdge(fields: readonly EdgeField[], row: JsonObject, page: Page): Json {
	const completed = empty();
	for (const field of fields) {
		if (field.kind === "typename") completed[field.key] = field.typeName;
		else completed[field.key] = field.kind === "cursor" ? page.cursorOf(row) : completeRow(field.select, row);
	}
	return completed;
}

function completePage(fields: readonly PageField[], page: Page): Json {
	const completed = empty();
	for (const field of fields)
		completed[field.key] = field.kind === "typename" ? field.typeName : factOf(field.fact, page);
	return completed;
}

function factOf(fact: PageFact, { rows, more, cursorOf }: Page): Json {
	switch (fact) {
		case "hasNextPage":
			return more.after;
		case "hasPreviousPage":
			return more.before;
		case "startCursor":
			return cursorOf(rows[0]);
		case "endCursor":
			return cursorOf(rows.at(-1));
	}
}

/** Without a prototype: `__proto__` is a legal alias. */
const empty = (): Record<string, Json> => Object.create(null);
