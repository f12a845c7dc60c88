// The one door through which a name or a client's value enters a PostgREST URL. Values are always quoted inside a logic
// tree, so a comma, dot, parenthesis, quote or backslash means itself. Source: PostgREST 12 documentation, "Reserved
// characters" (URL grammar).
import type { PlanValue } from "../../plan/nodes.ts";

/** A value as PostgREST reads it inside `and=(…)`, `or=(…)` and `in.(…)`: quoted, `"` and `\` escaped. */
export function quoteValue(value: PlanValue): string {
	return quoted(literal(value));
}

/**
 * The list of an `in`. PostgREST takes one of the empty text alone for an empty list, so that text then stands there twice.
 * @param items members as they stand between the commas
 */
export function inList(items: readonly string[]): string {
	const [only] = items;
	return items.length === 1 && only === '""' ? 'in.("","")' : `in.(${items.join(",")})`;
}

/** A column or relation name, quoted unless it is plain. */
export function quoteName(name: string): string {
	return /^[a-z_][a-z0-9_]*$/i.test(name) ? name : quoted(name);
}

/** Text in quotes, `"` and `\` escaped: what both PostgREST and a Postgres array literal read. */
export function quoted(text: string): string {
	return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/** A query parameter; both sides percent-encoded. */
export function parameter(name: string, value: string): string {
	return `${encode(name)}=${encode(value)}`;
}

/** encodeURIComponent, but for what may stand in a query as it is: shorter requests and readable logs. */
function encode(text: string): string {
	return encodeURIComponent(text).replace(/%(2C|3A|40|2F|24)/g, decodeURIComponent);
}

/** The text form that Postgres reads the value from. After `eq.` it needs no quotes: all of it is the value. */
export function literal(value: PlanValue): string {
	if (Array.isArray(value)) return arrayLiteral(value);
	if (typeof value === "object" && value !== null) return JSON.stringify(value);
	return String(value);
}

/** An array in Postgres' input form. Source: PostgreSQL documentation, "Array Input and Output Syntax". */
function arrayLiteral(values: readonly PlanValue[]): string {
	const items = values.map((value) => {
		if (value === null) return "NULL";
		return Array.isArray(value) ? arrayLiteral(value) : quoted(literal(value));
	});
	return `{${items.join(",")}}`;
}
