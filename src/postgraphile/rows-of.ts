// The answer of any of the three ways → its rows in one form, so that they can be compared: the root field's value as a
// list, without what PostGraphile wraps around rows: `nodes` of a connection, the payload of a mutation.

/** An answer without rows; the message is its beginning. */
export class NoRows extends Error {}

/**
 * Reads the rows of an answer.
 * @param body a GraphQL result, or PostgREST's list
 * @throws NoRows when it is neither, or an error
 */
export function rowsOf(body: string): readonly unknown[] {
	const parsed = parse(body);
	if (Array.isArray(parsed)) return parsed;
	const { data, errors } = (parsed ?? {}) as { readonly data?: Record<string, unknown> | null; errors?: unknown };
	if (errors !== undefined || data === undefined || data === null) throw new NoRows(body.slice(0, 500));
	const rows = withoutPayload(withoutNodes(Object.values(data)[0]));
	return Array.isArray(rows) ? rows : [rows];
}

function parse(body: string): unknown {
	try {
		return JSON.parse(body);
	} catch {
		throw new NoRows(body.slice(0, 500));
	}
}

function withoutNodes(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(withoutNodes);
	if (typeof value !== "object" || value === null) return value;
	const { nodes, ...others } = value as Record<string, unknown>;
	if (Array.isArray(nodes) && Object.keys(others).length === 0) return nodes.map(withoutNodes);
	return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutNodes(inner)]));
}

function withoutPayload(value: unknown): unknown {
	if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
	const [first, ...others] = Object.values(value);
	return others.length === 0 && typeof first === "object" && first !== null ? first : value;
}
