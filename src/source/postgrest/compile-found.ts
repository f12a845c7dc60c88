// Takes a write of the rows that match, gives what finds them, and, once they are found, the request that writes them and
// no others. Pure. PostgREST 12.0.2 applies a logic tree on PATCH and DELETE to the written row once more, so everything
// here is one plain filter a column.
import type { ColumnField, CompareOperator, ConditionNode, MatchingPlan, ReadPlan } from "../../plan/nodes.ts";
import { type CompiledRequest, compileWrite, withinLength } from "./compile.ts";
import { inList, literal, parameter, quoted, quoteValue } from "./encode.ts";

/** A row that was found: its identity as text, and its version where that is needed. */
export type FoundRow = Readonly<Record<string, string>>;

/** System columns of Postgres: where a row's present version lies, and which transaction wrote it. */
const versionColumns = ["ctid", "xmin"] as const;

/** Whether plain filters can say what rows match. */
export function matchesPlainly({ matching, identity }: MatchingPlan): boolean {
	return plainFilters(matching.where, identity) !== null;
}

/** Whether the rows are every combination of their columns' values, so that a filter a column finds just these. */
export function isGrid({ identity }: MatchingPlan, found: readonly FoundRow[]): boolean {
	return found.length === identity.reduce((size, column) => size * valuesOf(column, found).length, 1);
}

/** What finds the rows together with their versions. */
export function withVersions({ matching }: MatchingPlan): ReadPlan {
	const fields = [...matching.select.fields, ...versionColumns.map(asText)];
	return Object.freeze({ ...matching, select: Object.freeze({ ...matching.select, fields: Object.freeze(fields) }) });
}

function asText(column: string): ColumnField {
	return Object.freeze<ColumnField>({
		kind: "column",
		key: column,
		as: column,
		column,
		cast: "text",
		decoding: { kind: "verbatim" },
	});
}

/** Writes what was found. Each row has to match still: by the same filters, or by being the version that was read. */
export function compileFound(plan: MatchingPlan, found: readonly FoundRow[]): CompiledRequest {
	const { table, select, identity, matching } = plan;
	const filters = isGrid(plan, found) ? plainFilters(matching.where, identity) : null;
	const parameters = [
		...identity.map((column) => among(column, found)),
		...(filters ?? versionColumns.map((column) => among(column, found))),
	];
	const request =
		plan.kind === "updateMany"
			? compileWrite({ method: "PATCH", table, select, parameters, body: plan.patch })
			: compileWrite({ method: "DELETE", table, select, parameters, body: null });
	return withinLength(Object.freeze(request));
}

function among(column: string, found: readonly FoundRow[]): string {
	return parameter(quoted(column), inList(valuesOf(column, found).map(listItem)));
}

function valuesOf(column: string, found: readonly FoundRow[]): string[] {
	return [...new Set(found.map((row) => row[column] ?? ""))];
}

/** Quotes cost six characters a value in a URL, and a list of ids needs none. */
function listItem(value: string): string {
	return /^[\w-]+$/.test(value) ? value : quoteValue(value);
}

/**
 * What still has to hold of rows that are named by their identity, as one filter a column; null where it is more than that.
 * A condition on a column of the identity holds as long as the row is that row.
 */
function plainFilters(condition: ConditionNode | null, identity: readonly string[]): readonly string[] | null {
	if (condition === null) return [];
	if ("column" in condition && identity.includes(condition.column)) return [];
	switch (condition.kind) {
		case "and": {
			const parts = condition.conditions.map((part) => plainFilters(part, identity));
			return parts.every((part) => part !== null) ? parts.flat() : null;
		}
		case "compare":
			if (condition.path !== undefined || !plainOperators.has(condition.operator)) return null;
			return [filter(condition.column, `${condition.operator}.${literal(condition.value)}`)];
		case "in":
			if (condition.path !== undefined) return null;
			return [filter(condition.column, inList(condition.values.map(quoteValue)))];
		case "isNull":
			if (condition.path !== undefined) return null;
			return [filter(condition.column, condition.isNull ? "is.null" : "not.is.null")];
		default:
			return null;
	}
}

/** Those that PostgREST has under the same names. */
const plainOperators: ReadonlySet<CompareOperator> = new Set(["eq", "neq", "gt", "gte", "lt", "lte"]);

/** The name is quoted, or a column named `order` would be taken for an order. */
function filter(column: string, text: string): string {
	return parameter(quoted(column), text);
}
