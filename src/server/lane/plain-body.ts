// A body's text → the GraphQL request in it; null for any form but the plain one, which Yoga then judges.
import { parseBody } from "../parse-body.ts";

export interface PlainBody {
	readonly query: string;
	readonly variables: Readonly<Record<string, unknown>>;
	readonly operationName: string | null;
}

const plainKeys: ReadonlySet<string> = new Set(["query", "variables", "operationName"]);

/** Reads `{ query, variables?, operationName? }`. */
export function readPlainBody(text: string): PlainBody | null {
	const value = parse(text);
	if (!isObject(value) || !Object.keys(value).every((key) => plainKeys.has(key))) return null;
	const { query, variables = null, operationName = null } = value;
	if (typeof query !== "string" || (variables !== null && !isObject(variables))) return null;
	if (operationName !== null && (typeof operationName !== "string" || operationName === "")) return null;
	return { query, variables: variables ?? {}, operationName };
}

function parse(text: string): unknown {
	try {
		return parseBody(text);
	} catch {
		return null;
	}
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
