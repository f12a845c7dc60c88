// Takes groups as they were computed, gives them as they were selected.
import type { AggregateNode, ValueField } from "../plan/aggregate-nodes.ts";
import { decode, type Json, type JsonObject } from "./decode-value.ts";

/** Rows that are not grouped are one group, also where there are none. */
export function completeAggregate(select: AggregateNode, groups: Json): Json {
	const found = (groups ?? []) as readonly JsonObject[];
	return (select.single && found.length === 0 ? [{}] : found).map((group) => completeGroup(select, group));
}

function completeGroup({ fields, count }: AggregateNode, group: JsonObject): Json {
	const completed = empty();
	for (const field of fields) {
		switch (field.kind) {
			case "typename":
				completed[field.key] = field.typeName;
				break;
			case "count":
				completed[field.key] = group[count] ?? 0;
				break;
			case "values":
				completed[field.key] = completeValues(field.fields, group);
		}
	}
	return completed;
}

function completeValues(fields: readonly ValueField[], group: JsonObject): Json {
	const completed = empty();
	for (const field of fields) {
		if (field.kind === "typename") completed[field.key] = field.typeName;
		else completed[field.key] = field.as === null ? null : decode(field.decoding, group[field.as] ?? null);
	}
	return completed;
}

/** Without a prototype: `__proto__` is a legal alias. */
const empty = (): Record<string, Json> => Object.create(null);
