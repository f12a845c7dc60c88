// Takes an order and the values of one row, gives the condition of the rows that stand behind it, ties and nulls included.
// Pure. Postgres puts nulls last when ascending and first when descending, unless the order says otherwise.
import type { Table } from "../schema/catalog.ts";
import { allOf } from "./all-of.ts";
import type { OrderValues } from "./cursor.ts";
import type { CompareOperator, ConditionNode, OrderNode } from "./nodes.ts";

/** Rows behind the one with these values; the order is total, so its last column decides. */
export function behind(table: Table, order: readonly OrderNode[], values: OrderValues): ConditionNode {
	const [first] = order;
	const found = behindFrom(table, order, values);
	if (first === undefined || found === null) throw new Error("the order is not total");
	const value = values[0] ?? null;
	if (order.length === 1 || value === null || isNullable(table, first)) return found;
	// Says no more than the rest, in a form that an index of the first column can use.
	const bound = compare(first, first.direction === "asc" ? "gte" : "lte", value);
	return Object.freeze({ kind: "and", conditions: Object.freeze([bound, found]) });
}

function behindFrom(table: Table, order: readonly OrderNode[], values: OrderValues): ConditionNode | null {
	const [node, ...rest] = order;
	if (node === undefined) return null;
	const value = values[0] ?? null;
	const further = behindFrom(table, rest, values.slice(1));
	const tied = further === null ? null : allOf([equal(node, value), further]);
	const found = [...strictlyBehind(table, node, value), ...(tied === null ? [] : [tied])];
	const [only] = found;
	if (found.length <= 1) return only ?? null;
	return Object.freeze({ kind: "or", conditions: Object.freeze(found) });
}

function strictlyBehind(table: Table, node: OrderNode, value: string | null): readonly ConditionNode[] {
	const nullsLast = (node.nulls ?? (node.direction === "asc" ? "last" : "first")) === "last";
	if (value === null) return nullsLast ? [] : [isNull(node, false)];
	const beyond = compare(node, node.direction === "asc" ? "gt" : "lt", value);
	return nullsLast && isNullable(table, node) ? [beyond, isNull(node, true)] : [beyond];
}

/** The order from behind. */
export function reversed(order: readonly OrderNode[]): readonly OrderNode[] {
	return Object.freeze(
		order.map((node) =>
			Object.freeze<OrderNode>({
				...node,
				direction: node.direction === "asc" ? "desc" : "asc",
				nulls: node.nulls === null ? null : node.nulls === "first" ? "last" : "first",
			}),
		),
	);
}

/** Of a related row nothing is certain: there may be none. */
function isNullable(table: Table, { via, column }: OrderNode): boolean {
	return via.length > 0 || table.columns.find(({ name }) => name === column)?.nullable !== false;
}

function equal(node: OrderNode, value: string | null): ConditionNode {
	return value === null ? isNull(node, true) : compare(node, "eq", value);
}

function compare({ via, column }: OrderNode, operator: CompareOperator, value: string): ConditionNode {
	return along(via, "some", Object.freeze({ kind: "compare", column, operator, value }));
}

/** A column of a related row is null where no related row has a value in it. */
function isNull({ via, column }: OrderNode, wanted: boolean): ConditionNode {
	if (via.length === 0) return Object.freeze({ kind: "isNull", column, isNull: wanted });
	return along(via, wanted ? "none" : "some", Object.freeze({ kind: "isNull", column, isNull: false }));
}

function along(via: OrderNode["via"], quantifier: "some" | "none", leaf: ConditionNode): ConditionNode {
	return via.reduceRight<ConditionNode>(
		(condition, relation, index) =>
			Object.freeze({ kind: "related", relation, quantifier: index === 0 ? quantifier : "some", condition }),
		leaf,
	);
}
