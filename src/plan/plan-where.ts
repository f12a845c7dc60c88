// Takes a filter argument, gives its condition; refuses nulls where a value must stand. Several fields of one filter
// object all have to hold; an empty filter holds for every row.
import { type DataModel, type RelationModel, type TableModel, targetOf } from "../schema/model.ts";
import { allOf } from "./all-of.ts";
import type { ConditionNode, RelatedTable } from "./nodes.ts";
import { nullRefused, planOperators } from "./plan-operators.ts";

type FilterInput = Readonly<Record<string, unknown>>;

/** Where a filter stands. */
interface FilterScope {
	readonly model: DataModel;
	/** Its place in the arguments, such as `where.name`, for errors. */
	readonly at: string;
}

/**
 * Plans a filter.
 * @param filter the coerced argument; null or undefined: no condition
 * @throws AppError BAD_USER_INPUT
 */
export function planWhere(table: TableModel, filter: unknown, scope: FilterScope): ConditionNode | null {
	if (filter === null || filter === undefined) return null;
	const conditions = Object.entries(filter as FilterInput).flatMap(
		([name, value]) => planEntry(table, name, value, below(scope, `.${name}`)) ?? [],
	);
	return allOf(conditions);
}

const below = ({ model, at }: FilterScope, step: string): FilterScope => ({ model, at: at + step });

function planEntry(table: TableModel, name: string, value: unknown, scope: FilterScope): ConditionNode | null {
	if (value === undefined) return null;
	const field = table.fields.get(name);
	if (value === null) throw nullRefused(scope.at, field?.kind !== "column");
	switch (name) {
		case "and":
			return allOf(planEach(table, value, scope).flatMap((condition) => condition ?? []));
		case "or":
			return anyOf(table, planEach(table, value, scope));
		case "not": {
			const condition = planWhere(table, value, scope);
			return condition === null ? noRow(table) : not(condition);
		}
		default:
			if (field === undefined) throw new Error(`no field is named ${name}`);
			return field.kind === "column"
				? planOperators(field, value as FilterInput, scope.at)
				: planRelation(field, value as FilterInput, scope);
	}
}

/** A to-one relation is filtered directly; an empty filter of it holds where there is a related row. */
function planRelation(relation: RelationModel, filter: FilterInput, scope: FilterScope): ConditionNode | null {
	const target = targetOf(scope.model, relation);
	if (relation.cardinality === "one") return related({ relation, target }, "some", planWhere(target, filter, scope));
	return allOf(
		Object.entries(filter).flatMap(([quantifier, rows]) => {
			if (rows === undefined) return [];
			const here = below(scope, `.${quantifier}`);
			if (rows === null) throw nullRefused(here.at, true);
			const condition = planWhere(target, rows, here);
			switch (quantifier) {
				case "some":
				case "none":
					return related({ relation, target }, quantifier, condition);
				case "every":
					return condition === null ? [] : related({ relation, target }, "none", not(condition));
				default:
					throw new Error(`no quantifier is named ${quantifier}`);
			}
		}),
	);
}

/** The way to a related table, as plans have it. */
export function relatedTable({ target, hint, self, cardinality }: RelationModel, { table }: TableModel): RelatedTable {
	const readable = table.columns.filter(({ selectable }) => selectable);
	const witness = readable.length === table.columns.length ? null : (readable[0]?.name ?? null);
	return Object.freeze({ target, hint, self, cardinality, witness });
}

function related(
	{ relation, target }: { readonly relation: RelationModel; readonly target: TableModel },
	quantifier: "some" | "none",
	condition: ConditionNode | null,
): ConditionNode {
	return Object.freeze({ kind: "related", relation: relatedTable(relation, target), quantifier, condition });
}

function not(condition: ConditionNode): ConditionNode {
	return Object.freeze({ kind: "not", condition });
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
	const column = table.table.columns.find(({ selectable }) => selectable)?.name;
	if (column === undefined) throw new Error(`${table.typeName} has no column`);
	return Object.freeze({ kind: "in", column, values: Object.freeze([]) });
}

function planEach(table: TableModel, filters: unknown, scope: FilterScope): (ConditionNode | null)[] {
	return (filters as readonly unknown[]).map((filter, index) => planWhere(table, filter, below(scope, `[${index}]`)));
}
