// Takes a selected column, gives how it is asked for and how its JSON becomes a GraphQL value. Pure.
import type { ColumnType } from "../schema/catalog.ts";
import { enumNames } from "../schema/enum-names.ts";
import { scalarMapping } from "../schema/scalar-types.ts";
import type { ColumnDecoding, ColumnField, CompositeMember } from "./nodes.ts";
import type { SelectedColumn, SelectedComposite } from "./selection.ts";

/** Plans one column. */
export function planColumn({ key, column, composite }: SelectedColumn): ColumnField {
	const { name, type } = column.column;
	return Object.freeze({
		kind: "column",
		key,
		as: key,
		column: name,
		cast: castOf(type),
		decoding: decodingOf(type, composite),
	});
}

function castOf(type: ColumnType): ColumnField["cast"] {
	switch (type.kind) {
		case "enum":
		case "composite":
			return null;
		case "array":
			return castOf(type.element) === null ? null : "_text";
		case "scalar":
		case "range":
		case "unknown":
			return scalarMapping(type).asText ? "text" : null;
	}
}

function decodingOf(type: ColumnType, composite: SelectedComposite | null): ColumnDecoding {
	switch (type.kind) {
		case "array":
			return Object.freeze({ kind: "list", of: decodingOf(type.element, composite) });
		case "enum":
			return decodeLabels(type.labels);
		case "composite":
			if (composite === null) throw new Error(`nothing is selected of ${type.name}`);
			return decodeComposite(composite);
		case "scalar":
		case "range":
		case "unknown":
			return plain[scalarMapping(type).graphql] ?? verbatim;
	}
}

const verbatim: ColumnDecoding = Object.freeze({ kind: "verbatim" });
const plain: Readonly<Record<string, ColumnDecoding>> = Object.freeze({
	JSON: Object.freeze({ kind: "json" }),
	Double: Object.freeze({ kind: "number" }),
});

function decodeLabels(labels: readonly string[]): ColumnDecoding {
	const names = enumNames(labels);
	return labels.every((label) => names[label] === label) ? verbatim : Object.freeze({ kind: "enum", names });
}

function decodeComposite({ typeName, items }: SelectedComposite): ColumnDecoding {
	const members = items.map((item): CompositeMember => {
		if (item.kind === "typename") return Object.freeze({ kind: "typename", key: item.key, typeName });
		const { name, type } = item.attribute;
		return Object.freeze({ kind: "attribute", key: item.key, name, decoding: decodingInside(type, item.composite) });
	});
	return Object.freeze({ kind: "composite", members: Object.freeze(members) });
}

/** How a value that is no column of a row is decoded: like what a composite holds. */
export function planValueDecoding(type: ColumnType, composite: SelectedComposite | null): ColumnDecoding {
	return decodingInside(type, composite);
}

/** What a composite holds cannot be cast: where a column is, the number of the JSON becomes the string. */
function decodingInside(type: ColumnType, composite: SelectedComposite | null): ColumnDecoding {
	if (type.kind === "array") return Object.freeze({ kind: "list", of: decodingInside(type.element, composite) });
	return type.kind === "scalar" && scalarMapping(type).asText
		? Object.freeze({ kind: "digits" })
		: decodingOf(type, composite);
}
