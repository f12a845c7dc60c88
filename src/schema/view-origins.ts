// Takes the rule of a view as Postgres stores it (nodeToString of a Query), gives for each column the table's column that it
// is, where it is one and nothing else. Knows no more of that text than its brackets and the fields it needs.

/** The column of a table that a view's column shows. */
export interface Origin {
	/** oid of the table, or of the view beneath. */
	readonly table: string;
	readonly attribute: number;
}

/** Position of the view's column → where it comes from. A column that is computed is not in it. */
export function readOrigins(rule: string): ReadonlyMap<number, Origin> {
	const query = nodesIn(rule)[0] ?? "";
	const origins = new Map<number, Origin>();
	for (const entry of nodesIn(fieldOf(query, "targetList"))) {
		const own = withoutNodes(entry);
		const number = (name: string) => Number(new RegExp(`:${name} (\\d+)`).exec(own)?.[1] ?? 0);
		const table = /:resorigtbl (\d+)/.exec(own)?.[1] ?? "0";
		if (table !== "0" && number("resorigcol") > 0)
			origins.set(number("resno"), { table, attribute: number("resorigcol") });
	}
	return origins;
}

/** A bracket outside of an escape: names and strings in the text have `\` before theirs. */
const bracket = /\\.|[{}]/gs;

/** The outermost `{…}` of a text, without their braces. */
function nodesIn(text: string): readonly string[] {
	const found: string[] = [];
	let depth = 0;
	let start = 0;
	for (const { 0: token, index } of text.matchAll(bracket)) {
		if (token === "{" && depth++ === 0) start = index + 1;
		if (token === "}" && --depth === 0) found.push(text.slice(start, index));
	}
	return found;
}

/** The text with every node in it taken out. */
function withoutNodes(text: string): string {
	let rest = "";
	let depth = 0;
	let from = 0;
	for (const { 0: token, index } of text.matchAll(bracket)) {
		if (token === "{" && depth++ === 0) rest += text.slice(from, index);
		if (token === "}" && --depth === 0) from = index + 1;
	}
	return rest + text.slice(from);
}

/** The value of one of a node's own fields: up to the next field of the same node. */
function fieldOf(node: string, name: string): string {
	let depth = 0;
	let start: number | null = null;
	for (const { 0: token, index } of node.matchAll(/\\.|[{}]| :\w+ /gs)) {
		if (token === "{") depth++;
		else if (token === "}") depth--;
		else if (depth === 0 && token.startsWith(" :")) {
			if (start !== null) return node.slice(start, index);
			if (token === ` :${name} `) start = index + token.length;
		}
	}
	return start === null ? "" : node.slice(start);
}
