// The vocabulary of authorization: objects are paths, actions belong to a kind of object. Gives constructors and checks;
// nothing else in the project writes an object path.
import type { TableRef } from "../schema/catalog.ts";

/** Actions by kind of object; what stands before the first `:` or `/` of an object is its kind. */
export const actionsByKind = Object.freeze({
	/** `data:<schema>/<table>` and `data:<schema>/<table>/<column>`. */
	data: Object.freeze(["select", "insert", "update", "delete"]),
	/** `rpc:<schema>/<function>`: a function of the database. */
	rpc: Object.freeze(["execute"]),
	/** `function:<name>`: a deployed WebAssembly function. `manage` activates, rolls back and deletes. */
	function: Object.freeze(["read", "invoke", "deploy", "manage"]),
	/** `admin/policy`, `admin/member`, `admin/audit`, `admin/tenant`. */
	admin: Object.freeze(["read", "manage"]),
	/** `schema`: the GraphQL schema itself. */
	schema: Object.freeze(["introspect"]),
} as const);

export type ObjectKind = keyof typeof actionsByKind;

/** Administrative objects; `admin/tenant` is the tenant itself: its name, its end. */
export const adminObjects = Object.freeze(["admin/policy", "admin/member", "admin/audit", "admin/tenant"] as const);

/** The object of introspection. */
export const schemaObject = "schema";

/**
 * One step of a path. A table may be called `a/b` or `*` in Postgres: its path must not look like a column's or like a
 * pattern.
 */
export const segment = (name: string): string =>
	encodeURIComponent(name.toWellFormed()).replaceAll("*", "%2A").replaceAll("'", "%27");

/** `data:api/products`. */
export const tableObject = (table: TableRef): string => `data:${segment(table.schema)}/${segment(table.name)}`;

/** `data:api/products/price`. */
export const columnObject = (table: TableRef, column: string): string => `${tableObject(table)}/${segment(column)}`;

/** `rpc:api/search_products`. */
export const rpcObject = (routine: TableRef): string => `rpc:${segment(routine.schema)}/${segment(routine.name)}`;

/** `function:resize`. */
export const functionObject = (name: string): string => `function:${segment(name)}`;

/** The kind of an object or pattern, or null when it is none. */
export function objectKind(object: string): ObjectKind | null {
	const kind = /^[a-z]+/.exec(object)?.[0] ?? "";
	return Object.hasOwn(actionsByKind, kind) ? (kind as ObjectKind) : null;
}

/**
 * The actions that a pattern can be about: those of its kind, or every one for `*`.
 * @param pattern an object, or a pattern that ends in `*`
 */
export function actionsOf(pattern: string): readonly string[] {
	if (pattern === "*") return [...new Set(Object.values(actionsByKind).flat())];
	const kind = objectKind(pattern);
	return kind === null ? [] : actionsByKind[kind];
}

/**
 * Whether a rule's pattern covers an object: the same text, `*`, or all below a pattern ending in `/*` or `:*`.
 * `data:api/products/*` is every column and not the table; `data:api/*` is every table and every column.
 * Given a pattern as the object, it answers whether the first pattern covers the second.
 */
export function objectMatches(object: string, pattern: string): boolean {
	if (object === pattern || pattern === "*") return true;
	if (!isPrefixPattern(pattern)) return false;
	return object.length > pattern.length - 1 && object.startsWith(pattern.slice(0, -1));
}

/** Ends in `/*` or `:*`. */
export function isPrefixPattern(pattern: string): boolean {
	if (!pattern.endsWith("*")) return false;
	const before = pattern.at(-2);
	return before === "/" || before === ":";
}

/** Every pattern that covers an object, nearest first: the keys under which rules about it are found. */
export function patternsCovering(object: string): string[] {
	const patterns = [object];
	for (let at = object.length - 2; at > 0; at--) {
		const char = object[at];
		if (char === "/" || char === ":") patterns.push(`${object.slice(0, at + 1)}*`);
	}
	if (object !== "*") patterns.push("*");
	// `a/*` as an object is also covered by itself as a pattern: named twice otherwise.
	return [...new Set(patterns)];
}

/** The table, and column if any, of a `data:` object; null for every other object. */
export function parseDataObject(object: string): { schema: string; table: string; column: string | null } | null {
	if (!object.startsWith("data:")) return null;
	const [schema, table, column] = object.slice("data:".length).split("/").map(decodeURIComponent);
	return schema === undefined || table === undefined ? null : { schema, table, column: column ?? null };
}
