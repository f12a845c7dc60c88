// Takes rows with their shape, gives the GraphQL value of a root field, or its JSON text. Rows are already in the shape
// of the selection: what is left is type names, enum names, exact numbers in json columns, and the order of keys.
import type { ColumnDecoding, EmbedField, SelectNode } from "../plan/nodes.ts";
import type { Rows } from "../source/source.ts";

// ECMAScript's "JSON.parse source text access" (Node 22 has it), which TypeScript's library does not describe yet.
declare global {
	interface JSON {
		parse(
			text: string,
			reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
		): unknown;
		rawJSON(text: string): unknown;
	}
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

/** The value as graphql-js completes it further. */
export function completeValue(rows: Rows): unknown {
	return completeNode(rows.select, parse(rows));
}

/** The value as JSON text, byte for byte what serialising completeValue would give. */
export function completeText(rows: Rows): string {
	return rows.select.verbatim ? rows.json : JSON.stringify(completeValue(rows));
}

function parse({ json, select }: Rows): Json {
	return holdsJson(select) ? (JSON.parse(json, keepDigits) as Json) : (JSON.parse(json) as Json);
}

/** A number that JavaScript would change keeps its source text; JSON.stringify writes such a value as it is. */
export function keepDigits(_key: string, value: unknown, context: { readonly source?: string }): unknown {
	const { source } = context;
	if (typeof value !== "number" || source === undefined || String(value) === source) return value;
	return JSON.rawJSON(source);
}

function holdsJson(select: SelectNode): boolean {
	return select.fields.some((field) => {
		if (field.kind === "embed") return holdsJson(field.select);
		return field.kind === "column" && field.decoding.kind === "json";
	});
}

function completeNode(select: SelectNode, value: Json): Json {
	if (value === null) return null;
	if (Array.isArray(value)) return value.map((row) => completeRow(select, row as JsonObject));
	return completeRow(select, value as JsonObject);
}

function completeRow(select: SelectNode, row: JsonObject): Json {
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
		}
	}
	return completed;
}

function completeEmbed(field: EmbedField, value: Json): Json {
	return field.cardinality === "many" && value === null ? [] : completeNode(field.select, value);
}

function decode(decoding: ColumnDecoding, value: Json): Json {
	if (decoding.kind !== "enum" || value === null) return value;
	if (Array.isArray(value)) return value.map((item: Json) => decode(decoding, item));
	return decoding.names[value as string] ?? value;
}
