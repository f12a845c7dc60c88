// Takes a value as graphql-js coerced it, gives what a plan may hold; refuses text that Postgres cannot store. The one
// door through which a client's value enters a plan.
import { AppError } from "../error/app-error.ts";
import { attributeNames } from "../schema/attribute-names.ts";
import type { Attribute, ColumnType } from "../schema/catalog.ts";
import { enumLabel } from "../schema/enum-names.ts";
import type { PlanValue } from "./nodes.ts";

/**
 * Turns a coerced client value into a plan value.
 * @param at where the value stands in the arguments, such as `where.name.eq`, for the error
 * @throws AppError BAD_USER_INPUT for NUL characters and lone surrogates, which Postgres text cannot hold
 */
export function planValue(type: ColumnType, value: unknown, at: string): PlanValue {
	if (value === null || value === undefined) return null;
	if (type.kind === "array" && Array.isArray(value)) {
		return Object.freeze(value.map((item, index) => planValue(type.element, item, `${at}[${index}]`)));
	}
	if (type.kind === "enum" && typeof value === "string") return enumLabel(type.labels, value);
	if (type.kind === "composite") return planComposite(type.attributes, value as object, at);
	return storable(value, at);
}

/** Attribute name → value, as json_populate_record reads it. */
function planComposite(attributes: readonly Attribute[], value: object, at: string): PlanValue {
	const names = attributeNames(attributes);
	const entries = Object.entries(value).map(([name, item]) => {
		const attribute = names.get(name);
		if (attribute === undefined) throw new Error(`no attribute is named ${name}`);
		return [attribute.name, planValue(attribute.type, item, `${at}.${name}`)];
	});
	return Object.freeze(Object.fromEntries(entries));
}

function storable(value: unknown, at: string): PlanValue {
	switch (typeof value) {
		case "string":
			return checkText(value, at);
		case "number":
			if (!Number.isFinite(value)) throw unusable(at, "is not a finite number");
			return value;
		case "boolean":
			return value;
		case "object": {
			if (value === null || JSON.isRawJSON(value)) return value as PlanValue;
			if (Array.isArray(value)) return Object.freeze(value.map((item, index) => storable(item, `${at}[${index}]`)));
			// fromEntries defines properties, so a key named __proto__ stays a key.
			const entries = Object.entries(value).map(([key, item]) => [checkText(key, at), storable(item, `${at}.${key}`)]);
			return Object.freeze(Object.fromEntries(entries));
		}
		default:
			throw unusable(at, "has no JSON form");
	}
}

function checkText(text: string, at: string): string {
	if (text.includes("\0")) throw unusable(at, "holds a NUL character (U+0000), which Postgres text cannot store");
	if (!text.isWellFormed()) throw unusable(at, "holds half of a surrogate pair, which is no character");
	return text;
}

function unusable(at: string, reason: string): AppError {
	return new AppError("BAD_USER_INPUT", {
		message: `The value at ${at} ${reason}.`,
		hint: "Remove it from the value and send the request again.",
		extensions: { argument: at },
	});
}
