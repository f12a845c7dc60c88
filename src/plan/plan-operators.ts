// Takes what a filter says about one column, gives its condition: each operator of its type, values inside json, and text
// searches. Refuses nulls where a value must stand. Several operators of one column all have to hold.
import { AppError } from "../error/app-error.ts";
import type { ColumnType } from "../schema/catalog.ts";
import type { ColumnModel } from "../schema/model.ts";
import { type FilterOperator, operatorsOf, textOperators } from "../schema/operators.ts";
import { allOf } from "./all-of.ts";
import type { CompareOperator, ConditionNode, JsonPath, PlanValue, SearchMode } from "./nodes.ts";
import { planValue } from "./plan-value.ts";

type Operators = Readonly<Record<string, unknown>>;

/** Where a condition looks: a column, or a value inside it. */
interface Place {
	readonly column: string;
	readonly path?: JsonPath;
	readonly type: ColumnType;
}

/** Plans the operators of one column; null when there is none. @throws AppError BAD_USER_INPUT */
export function planOperators(model: ColumnModel, operators: Operators, at: string): ConditionNode | null {
	const { name: column, type } = model.column;
	const known = operatorsOf(type);
	return planEach(operators, at, (operator, value, here) => {
		if (!known.includes(operator)) throw new Error(`${model.name} has no operator ${operator}`);
		return planOperator({ column, type }, operator, value, here);
	});
}

function planEach(
	operators: Operators,
	at: string,
	plan: (operator: FilterOperator, value: unknown, at: string) => ConditionNode | null,
): ConditionNode | null {
	return allOf(
		Object.entries(operators).flatMap(([operator, value]) => {
			if (value === undefined) return [];
			if (value === null && operator !== "isDistinctFrom")
				throw nullRefused(`${at}.${operator}`, operator === "isNull");
			return plan(operator as FilterOperator, value, `${at}.${operator}`) ?? [];
		}),
	);
}

function planOperator(place: Place, operator: FilterOperator, value: unknown, at: string): ConditionNode | null {
	const { type, ...where } = place;
	switch (operator) {
		case "isNull":
			return Object.freeze({ kind: "isNull", ...where, isNull: value === true });
		case "in": {
			const values = (value as readonly unknown[]).map((item, index) => operand(type, item, `${at}[${index}]`));
			return Object.freeze({ kind: "in", ...where, values: Object.freeze(values) });
		}
		case "containsElement":
			return compare(where, "contains", elementOf(type, value, at));
		case "matches":
			return planSearch(where.column, value as Operators, at);
		case "at":
			return planPaths(where.column, value as readonly Operators[], at);
		case "isDistinctFrom":
			if (value === null) return Object.freeze({ kind: "isNull", ...where, isNull: false });
			return compare(where, operator, operand(type, value, at));
		default:
			return compare(
				where,
				operator,
				textOperators.has(operator) ? planValue(text, value, at) : operand(type, value, at),
			);
	}
}

const text: ColumnType = Object.freeze({ kind: "scalar", name: "text" });

function compare(where: Omit<Place, "type">, operator: CompareOperator, value: PlanValue): ConditionNode {
	return Object.freeze({ kind: "compare", ...where, operator, value });
}

/** A json value is compared as the text of its json, in which a string has its quotes. */
function operand(type: ColumnType, value: unknown, at: string): PlanValue {
	const planned = planValue(type, value, at);
	return type.kind === "scalar" && type.name === "jsonb" ? JSON.stringify(planned) : planned;
}

/** To contain one value is to contain the array, or the range, of nothing else. */
function elementOf(type: ColumnType, value: unknown, at: string): PlanValue {
	if (type.kind === "array") return Object.freeze([operand(type.element, value, at)]);
	if (type.kind !== "range") throw new Error(`${at} is neither an array nor a range`);
	const bound = `"${String(planValue(type.element, value, at)).replace(/["\\]/g, "\\$&")}"`;
	return `[${bound},${bound}]`;
}

function planPaths(column: string, filters: readonly Operators[], at: string): ConditionNode | null {
	return allOf(
		filters.flatMap(({ path, ...operators }, index) => {
			const here = `${at}[${index}]`;
			const place = { column, path: planPath(path as readonly string[], here), type: jsonb };
			return planEach(operators, here, (operator, value, each) => planOperator(place, operator, value, each)) ?? [];
		}),
	);
}

const jsonb: ColumnType = Object.freeze({ kind: "scalar", name: "jsonb" });

function planPath(path: readonly string[], at: string): JsonPath {
	if (path.length === 0)
		throw refused(`${at}.path`, "is empty", "Name at least one key; the column itself has its own operators.");
	return Object.freeze(path.map((key, index) => String(planValue(text, key, `${at}.path[${index}]`))));
}

function planSearch(column: string, search: Operators, at: string): ConditionNode {
	const { language = null, mode, query } = search;
	// It stands bare in the request: nothing but a plain name may pass.
	if (language !== null && !/^[a-z_][a-z0-9_]{0,62}$/.test(language as string))
		throw refused(`${at}.language`, "is no text search configuration", "Use its plain name, such as english.");
	return Object.freeze({
		kind: "search",
		column,
		mode: mode as SearchMode,
		language: language as string | null,
		query: String(planValue(text, query, `${at}.query`)),
	});
}

/** The error for a null where a value must stand. @param structural it is no value that a column could have */
export function nullRefused(at: string, structural: boolean): AppError {
	return refused(
		at,
		"is null",
		structural ? "Leave it out instead." : "Leave it out, or use { isNull: true } to look for nulls.",
	);
}

function refused(at: string, what: string, hint: string): AppError {
	return new AppError("BAD_USER_INPUT", { message: `${at} ${what}.`, hint, extensions: { argument: at } });
}
