// Takes rows in the shape of their selection, gives them as they were selected: type names, enum names, exact numbers, the
// order of keys, and nothing that was asked for beside it.
import type { ColumnDecoding, EmbedField, SelectNode, ValueNode } from "../plan/nodes.ts";
import { keepDigits } from "../schema/exact-number.ts";

import { completeAggregate } from "./complete-aggregate.ts";
import { decode, type Json, type JsonObject } from "./decode-value.ts";

/** A value that is no row, or several of it. */
export function completeLeaf({ many, decoding }: ValueNode, value: Json): Json {
	return many && Array.isArray(value) ? value.map((item: Json) => decode(decoding, item)) : decode(decoding, value);
}

/** The rows of an answer, as their selection needs its numbers. */
export function parseRows(json: string, select: SelectNode): Json {
	const exactly = holds(select, isExact) || (holds(select, isNumber) && changedByJavaScript.test(json));
	return exactly ? (JSON.parse(json, keepDigits) as Json) : (JSON.parse(json) as Json);
}

/** Of the numbers that Postgres writes for doubles, JavaScript changes the form of these alone. */
const changedByJavaScript = /\de[+-]\d|-0/;

const isNumber = ({ kind }: ColumnDecoding): boolean => kind === "number";
const isExact = ({ kind }: ColumnDecoding): boolean => kind === "json" || kind === "digits";

/** Groups are computed numbers, for the most part. */
const exact: ColumnDecoding = Object.freeze({ kind: "digits" });

/** Whether something in the selection is decoded so, at any depth. */
function holds(select: SelectNode, wanted: (decoding: ColumnDecoding) => boolean): boolean {
	return select.fields.some((field) => {
		if (field.kind === "embed") return holds(field.select, wanted);
		if (field.kind === "aggregates") return wanted(exact);
		return field.kind === "column" && holdsIn(field.decoding, wanted);
	});
}

function holdsIn(decoding: ColumnDecoding, wanted: (decoding: ColumnDecoding) => boolean): boolean {
	if (wanted(decoding)) return true;
	if (decoding.kind === "list") return holdsIn(decoding.of, wanted);
	if (decoding.kind !== "composite") return false;
	return decoding.members.some((member) => member.kind === "attribute" && holdsIn(member.decoding, wanted));
}

/** Rows, or one row, as they were selected. */
export function completeNode(select: SelectNode, value: Json): Json {
	if (value === null) return null;
	if (Array.isArray(value)) return value.map((row) => completeRow(select, row as JsonObject));
	return completeRow(select, value as JsonObject);
}

/** One row as it was selected. */
export function completeRow(select: SelectNode, row: JsonObject): Json {
	// Without a prototype: `__proto__` is a legal alias.
	const completed: Record<string, Json> = Object.create(null);
	for (const field of select.fields) {
		switch (field.kind) {
			case "typename":
				completed[field.key] = field.typeName;
				break;
			case "column":
				completed[field.key] = decode(field.decoding, row[field.as] ?? null);
				break;
			case "embed":
				completed[field.key] = completeEmbed(field, row[field.as] ?? null);
				break;
			case "aggregates":
				completed[field.key] = completeAggregate(field.select, row[field.as] ?? null);
		}
	}
	return completed;
}

function completeEmbed(field: EmbedField, value: Json): Json {
	return field.cardinality === "many" && value === null ? [] : completeNode(field.select, value);
}
