// Takes an aggregate with its arguments and selection, gives which rows are grouped, how, and what is computed over each
// group. Refuses directions without a column, and conditions that PostgREST 12.0.2 cannot keep out of the grouping.
import { AppError } from "../error/app-error.ts";
import { averageOf, sumOf } from "../schema/aggregate-functions.ts";
import { type GroupColumn, groupColumnsOf } from "../schema/group-columns.ts";
import { type ColumnModel, type DataModel, type TableModel, targetOf } from "../schema/model.ts";
import { type TableTypeNames, tableTypeNames } from "../schema/naming.ts";
import type {
	AggregateFunction,
	AggregateNode,
	AggregatePage,
	ComputedNode,
	GroupField,
	GroupNode,
	ValueField,
} from "./aggregate-nodes.ts";
import type { AggregateItem, ComputedItem, GroupItem, SelectedAggregate } from "./aggregate-selection.ts";
import type { ColumnDecoding, ConditionNode, TypenameField } from "./nodes.ts";
import { planColumn } from "./plan-column.ts";
import { splitDirection } from "./plan-order.ts";
import { type PlanScope, planLimit } from "./plan-page.ts";
import { planWhere, relatedTable } from "./plan-where.ts";
import type { Arguments } from "./read-arguments.ts";

/** What an aggregate is, wherever it stands. */
export interface PlannedAggregate extends AggregatePage {
	readonly select: AggregateNode;
}

/** Plans an aggregate. @throws AppError BAD_USER_INPUT or LIMIT_EXCEEDED */
export function planAggregate(selected: SelectedAggregate, args: Arguments, scope: PlanScope): PlannedAggregate {
	const { table } = selected;
	const where = planWhere(table, args["where"], { model: scope.model, at: "where" });
	checkProbes(where, true);
	const columns = groupColumnsOf(scope.model, table);
	const names = [...new Set((args["groupBy"] ?? []) as readonly string[])];
	const grouped = names.map((name) => {
		const column = columns.get(name);
		if (column === undefined) throw new Error(`${table.typeName} cannot be grouped by ${name}`);
		return column;
	});
	return {
		where,
		groups: Object.freeze(planGroups(grouped, args["orderBy"], scope.model)),
		limit: grouped.length === 0 ? null : planLimit(args["limit"], scope),
		select: planShape(selected, grouped),
	};
}

function planGroups(columns: readonly GroupColumn[], orderBy: unknown, model: DataModel): GroupNode[] {
	const directions = (orderBy ?? []) as readonly string[];
	if (directions.length > columns.length) {
		throw new AppError("BAD_USER_INPUT", {
			message: `orderBy has ${directions.length} directions for ${columns.length} columns of groupBy.`,
			hint: "Give one direction, or none, for each column of groupBy.",
			extensions: { argument: "orderBy" },
		});
	}
	return columns.map(({ relation, column }, index) =>
		Object.freeze({
			as: `$g${index}`,
			via: relation === null ? null : relatedTable(relation, targetOf(model, relation)),
			column: column.column.name,
			...splitDirection(directions[index] ?? "ASC"),
		}),
	);
}

function planShape({ table, items }: SelectedAggregate, grouped: readonly GroupColumn[]): AggregateNode {
	const names = tableTypeNames(table.typeName);
	const computed: ComputedNode[] = [];
	const fields = items.map((item) => planField(item, { names, grouped, computed }));
	return Object.freeze({
		kind: "aggregate",
		count: "$c",
		counted: countedOf(table),
		computed: Object.freeze(computed),
		single: grouped.length === 0,
		anyColumn: anyColumnOf(table),
		fields: Object.freeze(fields),
	});
}

function planField(
	item: AggregateItem,
	to: { readonly names: TableTypeNames; readonly grouped: readonly GroupColumn[]; readonly computed: ComputedNode[] },
): GroupField {
	const { names, grouped, computed } = to;
	switch (item.kind) {
		case "typename":
			return typename(item.key, names.aggregate);
		case "count":
			return item;
		case "group": {
			const fields = item.items.map((each) => planKey(each, grouped, names.group));
			return values(item.key, fields);
		}
		case "computed": {
			const typeName = typeNameOf(item.function, names);
			const fields = item.items.map((each) => planComputed(each, item, { typeName, computed }));
			return values(item.key, fields);
		}
	}
}

function typeNameOf(called: AggregateFunction, names: TableTypeNames): string {
	if (called === "sum") return names.sum;
	return called === "avg" ? names.average : names.extreme;
}

const values = (key: string, fields: readonly ValueField[]): GroupField =>
	Object.freeze({ kind: "values", key, fields: Object.freeze(fields) });

function typename(key: string, typeName: string): TypenameField {
	return Object.freeze({ kind: "typename", key, typeName });
}

function planKey(item: GroupItem, grouped: readonly GroupColumn[], typeName: string): ValueField {
	if (item.kind === "typename") return typename(item.key, typeName);
	const index = grouped.indexOf(item.group);
	const { cast, decoding } = planColumn({ kind: "column", key: item.key, column: item.group.column, composite: null });
	// Grouped as it is, or 1.0 and 1.00 would be two groups; the digits of a number are in the JSON.
	return Object.freeze({
		kind: "value",
		key: item.key,
		as: index === -1 ? null : `$g${index}`,
		decoding: cast === null ? decoding : digits,
	});
}

const digits: ColumnDecoding = Object.freeze({ kind: "digits" });

function planComputed(
	item: ComputedItem,
	{ function: called }: Extract<AggregateItem, { kind: "computed" }>,
	to: { readonly typeName: string; readonly computed: ComputedNode[] },
): ValueField {
	if (item.kind === "typename") return typename(item.key, to.typeName);
	const as = `$a${to.computed.length}`;
	const { cast, decoding } = resultOf(called, item.column);
	to.computed.push(Object.freeze({ as, function: called, column: item.column.column.name, cast }));
	return Object.freeze({ kind: "value", key: item.key, as, decoding });
}

function resultOf(called: AggregateFunction, model: ColumnModel) {
	if (called === "min" || called === "max") {
		const { cast, decoding } = planColumn({ kind: "column", key: model.name, column: model, composite: null });
		return { cast: cast === null ? null : ("text" as const), decoding };
	}
	const result = called === "sum" ? sumOf(model.column.type) : averageOf(model.column.type);
	const decoding: ColumnDecoding = { kind: result?.graphql === "Double" ? "number" : "verbatim" };
	return { cast: result?.asText === true ? ("text" as const) : null, decoding: Object.freeze(decoding) };
}

/** PostgREST 12.0.2 counts whole rows, for which Postgres asks a right to every column. */
function countedOf({ table: { columns } }: TableModel): string | null {
	if (columns.every(({ selectable }) => selectable)) return null;
	return columns.find(({ selectable, nullable }) => selectable && !nullable)?.name ?? null;
}

function anyColumnOf({ table, tieBreak }: TableModel): string {
	const column = tieBreak[0]?.column ?? table.columns.find(({ selectable }) => selectable);
	if (column === undefined) throw new Error(`${table.name} has no column`);
	return column.name;
}

/**
 * PostgREST groups by what a filter embeds, too. Embedded rows that hold nothing are made the same for all; those that
 * embed further rows are the same where their condition has to hold.
 */
function checkProbes(condition: ConditionNode | null, required: boolean): void {
	switch (condition?.kind) {
		case "and":
			for (const part of condition.conditions) checkProbes(part, required);
			break;
		case "or":
			for (const part of condition.conditions) checkProbes(part, false);
			break;
		case "not":
			checkProbes(condition.condition, false);
			break;
		case "related":
			if (required || (condition.relation.witness === null && !asksFurther(condition.condition))) break;
			throw new AppError("BAD_USER_INPUT", {
				message: "The filter of an aggregate asks about related rows of related rows under `or` or `not`.",
				hint: "Ask for them where they have to hold: beside the others, or with `none` instead of `not`.",
				extensions: { argument: "where" },
			});
	}
}

function asksFurther(condition: ConditionNode | null): boolean {
	switch (condition?.kind) {
		case "and":
		case "or":
			return condition.conditions.some(asksFurther);
		case "not":
			return asksFurther(condition.condition);
		default:
			return condition?.kind === "related";
	}
}
