// Takes a policy's expression and tells which calls Postgres makes once for every row although they could be made once
// for the statement, and how the expression looks with these wrapped in sub-selects.
import { type Call, type Expression, type Group, type Name, parseExpression, type Span } from "./parse-expression.ts";

export interface PolicyExpression {
	/** As pg_get_expr prints it with search_path = pg_catalog. */
	readonly text: string;
	/** The policy's table and its columns, by name. */
	readonly table: string;
	readonly columns: readonly string[];
	/** Whether a function of this name (`schema.name`; `name` alone is pg_catalog's) may be anything but immutable. */
	readonly varies: (name: string) => boolean;
}

export interface PerRowCalls {
	/** Names of the functions that are called for every row; empty when all is well. */
	readonly names: readonly string[];
	/** The expression with the calls wrapped; null where that takes a person, because a call depends on the row. */
	readonly wrapped: string | null;
}

/** Finds and wraps. A call inside of a sub-select that does not look at the row is made once already. */
export function wrapCalls(policy: PolicyExpression): PerRowCalls {
	const expression = parseExpression(policy.text);
	const usesRow = (span: Span) => namesIn(expression, span).some((name) => isOfRow(name, policy));
	const usesAnyRow = (span: Span) => usesRow(span) || namesIn(expression, span).some(isOfSelectedRow);
	const perRow = expression.calls.filter((call) => policy.varies(call.name) && !isOncePerStatement(call, usesRow));
	// A function of pg_catalog over a column, such as to_char(created_at, …), has to run for every row: nothing to mend.
	const found = perRow.filter((call) => !usesAnyRow(call) || call.name.includes("."));
	const spans = found.map((call) => (usesAnyRow(call) ? null : widen(call, usesAnyRow)));
	return {
		names: [...new Set(found.map((call) => call.name))],
		wrapped: spans.includes(null) ? null : wrap(policy.text, outermost(spans as Span[])),
	};
}

type UsesRow = (span: Span) => boolean;

function namesIn({ names }: Expression, span: Span): readonly Name[] {
	return names.filter(({ start, end }) => start >= span.start && end <= span.end);
}

/** A column of the policy's own table. */
function isOfRow({ name, inSelect }: Name, { table, columns }: PolicyExpression): boolean {
	return name.startsWith(`${table}.`) || (!inSelect && columns.includes(name));
}

/** A column of a table that a sub-select reads. */
function isOfSelectedRow({ name, inSelect }: Name): boolean {
	return inSelect && name.includes(".");
}

function isOncePerStatement(call: Call, usesRow: UsesRow): boolean {
	for (let group = call.within; group !== null; group = group.parent) if (group.select && !usesRow(group)) return true;
	return false;
}

/** The largest part around the call that does not look at the row: the less is left outside, the less is done per row. */
function widen(call: Call, usesRow: UsesRow): Span | null {
	let span: Span = call;
	let group: Group | null = call.within;
	while (group !== null && !group.select && !usesRow(group) && !isList(group)) {
		span = group.call ?? group;
		group = group.parent;
	}
	// `= ANY ((select …))` would compare with the rows of the select instead of the elements of the array.
	return group !== null && isList(group) && span.start === group.start + 1 && span.end === group.end - 1 ? null : span;
}

function isList(group: Group): boolean {
	return group.keyword !== null && ["ANY", "ALL", "IN", "EXISTS", "ROW", "VALUES"].includes(group.keyword);
}

/** Without repetitions and without what lies inside of another. */
function outermost(spans: readonly Span[]): readonly Span[] {
	const sorted = [...spans].sort((a, b) => a.start - b.start || b.end - a.end);
	const kept: Span[] = [];
	for (const span of sorted) {
		const last = kept.at(-1);
		if (last === undefined || span.start >= last.end) kept.push(span);
	}
	return kept;
}

function wrap(text: string, spans: readonly Span[]): string {
	return spans.reduceRight(
		(result, { start, end }) => `${result.slice(0, start)}(select ${result.slice(start, end)})${result.slice(end)}`,
		text,
	);
}
