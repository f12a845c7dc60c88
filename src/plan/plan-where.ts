// Takes a filter argument, gives its condition; refuses nulls where a value must stand. Several fields of one filter
// object all have to hold; an empty filter holds for every row.
import { AppError } from "../error/app-error.ts";
import type { ColumnModel, TableModel } from "../schema/model.ts";
import { type FilterOperator, operatorsOf } from "../schema/operators.ts";
import type { ConditionNode } from "./nodes.ts";
import { planValue } from "./plan-value.ts";

type FilterInput = Readonly<Record<string, unknown>>;

/**
 * Plans a filter.
 * @param filter the coerced argument; null or undefined: no condition
 * @param at where it stands, such as `where`, for errors
 * @throws AppError BAD_USER_INPUT
 */
export function planWhere(table: TableModel, filter: unknown, at: string): ConditionNode | null {
	if (filter === null || filter === undefined) return null;
	const conditions = Object.entries(filter as FilterInput).flatMap(
		([name, value]) => planEntry(table, name, value, `${at}.${name}`) ?? [],
	);
	return allOf(conditions);
}

/** The conjunction of conditions; null when there is none. */
export function allOf(conditions: readonly ConditionNode[]): ConditionNode | null {
	const [first] = conditions;
	if (conditions.length <= 1) return first ?? null;
	return Object.freeze({ kind: "and", conditions: Object.freeze([...conditions]) });
}

function planEntry(table: TableModel, name: string, value: unknown, at: string): ConditionNode | null {
	if (value === undefined) return null;
	if (value === null) throw nullRefused(at, name === "and" || name === "or" || name === "not");
	switch (name) {
		case "and":
			return allOf(planEach(table, value, at).flatMap((condition) => condition ?? []));
		case "or":
			return anyOf(table, planEach(table, value, at));
		case "not": {
			const condition = planWhere(table, value, at);
			return condition === null ? noRow(table) : Object.freeze({ kind: "not", condition });
		}
		default: {
			const field = table.fields.get(name);
			if (field?.kind !== "column") throw new Error(`no column is named ${name}`);
			return planColumn(field, value as FilterInput, at);
		}
	}
}

/** Null stands for a condition that every row meets, so one of those settles the disjunction. */
function anyOf(table: TableModel, conditions: readonly (ConditionNode | null)[]): ConditionNode | null {
	const real = conditions.filter((condition) => condition !== null);
	if (real.length < conditions.length) return null;
	const [first] = real;
	if (first === undefined) return noRow(table);
	return real.length === 1 ? first : Object.freeze({ kind: "or", conditions: Object.freeze(real) });
}

/** A condition that no row meets: what an empty `or`, and `not: {}`, mean. */
function noRow(table: TableModel): ConditionNode {
	const column = table.table.columns[0]?.name;
	if (column === undefined) throw new Error(`${table.typeName} has no column`);
	return Object.freeze({ kind: "in", column, values: Object.freeze([]) });
}

function planEach(table: TableModel, filters: unknown, at: string): (ConditionNode | null)[] {
	return (filters as readonly unknown[]).map((filter, index) => planWhere(table, filter, `${at}[${index}]`));
}

function planColumn(model: ColumnModel, operators: FilterInput, at: string): ConditionNode | null {
	return allOf(
		Object.entries(operators).flatMap(([operator, value]) => {
			if (value === undefined) return [];
			if (value === null) throw nullRefused(`${at}.${operator}`, operator === "isNull");
			return planOperator(model, operator as FilterOperator, value, `${at}.${operator}`);
		}),
	);
}

function planOperator(model: ColumnModel, operator: FilterOperator, value: unknown, at: string): ConditionNode {
	const { name: column, type } = model.column;
	if (!operatorsOf(type).includes(operator)) throw new Error(`${model.name} has no operator ${operator}`);
	switch (operator) {
		case "isNull":
			return Object.freeze({ kind: "isNull", column, isNull: value === true });
		case "in": {
			const values = (value as readonly unknown[]).map((item, index) => planValue(type, item, `${at}[${index}]`));
			return Object.freeze({ kind: "in", column, values: Object.freeze(values) });
		}
		default:
			return Object.freeze({ kind: "compare", column, operator, value: planValue(type, value, at) });
	}
}

function nullRefused(at: string, structural: boolean): AppError {
	return new AppError("BAD_USER_INPUT", {
		message: `${at} is null.`,
		hint: structural ? "Leave it out instead." : "Leave it out, or use { isNull: true } to look for nulls.",
		extensions: { argument: at },
	});
}
