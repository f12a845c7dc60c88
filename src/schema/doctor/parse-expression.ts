// Takes an SQL expression as pg_get_expr prints it (fully parenthesised, names outside pg_catalog qualified) and gives
// its function calls, groups of parentheses and column references, by position. Knows no more SQL than that.

/** A range of the text: from `start` up to, not including, `end`. */
export interface Span {
	readonly start: number;
	readonly end: number;
}

export interface Group extends Span {
	readonly parent: Group | null;
	/** What stands before the parenthesis: a function's name, a keyword such as `ANY`, or nothing. */
	readonly call: Call | null;
	readonly keyword: string | null;
	/** `( SELECT … )`. */
	readonly select: boolean;
}

/** A function call, name and arguments. */
export interface Call extends Span {
	/** `schema.name` without quotes; `name` alone is one of pg_catalog. */
	readonly name: string;
	/** The group that the call stands in. */
	readonly within: Group | null;
}

/** A name that is no call: a column or a keyword, without quotes; `table.column` where qualified. */
export interface Name extends Span {
	readonly name: string;
	/** Within a `( SELECT … )`: there Postgres prints the columns of the policy's own table qualified, always. */
	readonly inSelect: boolean;
}

export interface Expression {
	readonly calls: readonly Call[];
	readonly names: readonly Name[];
}

const name = String.raw`(?:"(?:[^"]|"")+"|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)`;
/** A string, a type after `::` (with its `(10,2)`), a name, or a parenthesis. */
const token = new RegExp(
	String.raw`'(?:[^']|'')*'|::\s*${name}(?:\.${name})?(?:\([\d,]*\))?|(?<name>${name}(?:\.${name})*)|[()]`,
	"g",
);

interface OpenGroup {
	start: number;
	end: number;
	parent: OpenGroup | null;
	call: { name: string; start: number; end: number; within: Group | null } | null;
	keyword: string | null;
	select: boolean;
}

/** Reads the expression; text that is no expression gives what could be read. */
export function parseExpression(text: string): Expression {
	const calls: Call[] = [];
	const names: Name[] = [];
	let group: OpenGroup | null = null;
	let before: Name | null = null;
	for (const match of text.matchAll(token)) {
		const start = match.index;
		const end = start + match[0].length;
		if (match[0] === "(") {
			group = openGroup(text, start, before, group);
			if (group.call !== null) {
				names.pop();
				calls.push(group.call);
			}
		} else if (match[0] === ")" && group !== null) {
			group.end = end;
			if (group.call !== null) group.call.end = end;
			group = group.parent;
		}
		const written = match.groups?.["name"];
		before = written === undefined ? null : { name: unquote(written), start, end, inSelect: isInSelect(group) };
		if (before !== null) names.push(before);
	}
	return { calls, names };
}

/** A name right before the parenthesis is called; one with a space between is a keyword. */
function openGroup(text: string, start: number, before: Name | null, parent: OpenGroup | null): OpenGroup {
	const gap = before === null ? null : text.slice(before.end, start);
	return {
		start,
		end: text.length,
		parent,
		call:
			before !== null && gap === ""
				? { name: before.name, start: before.start, end: text.length, within: parent }
				: null,
		keyword: before !== null && gap === " " ? before.name : null,
		select: /^\(\s*SELECT\b/.test(text.slice(start, start + 12)),
	};
}

function isInSelect(group: Group | null): boolean {
	return group !== null && (group.select || isInSelect(group.parent));
}

function unquote(written: string): string {
	return written.replace(/"((?:[^"]|"")+)"/g, (_, inner: string) => inner.replaceAll('""', '"'));
}
