// Takes a connection with its arguments and selection, gives its plan: one request for the page, whichever way it is
// counted. Refuses sizes that cannot be meant, and cursors that are not of this list.
import { AppError } from "../error/app-error.ts";
import type { TableModel } from "../schema/model.ts";
import { tableTypeNames } from "../schema/naming.ts";
import { allOf } from "./all-of.ts";
import type { ConnectionField, ConnectionNode, ConnectionPlan, EdgeField, PageField } from "./connection-nodes.ts";
import type { ConnectionItem, EdgeItem, PageItem, SelectedConnection } from "./connection-selection.ts";
import { behind, reversed } from "./keyset.ts";
import type { ColumnField, ConditionNode, OrderNode, ReadPlan, SelectNode, TypenameField } from "./nodes.ts";
import { planOrder } from "./plan-order.ts";
import { type PlanScope, planLimit } from "./plan-page.ts";
import { planSelect } from "./plan-select.ts";
import { planWhere } from "./plan-where.ts";
import type { Arguments } from "./read-arguments.ts";
import { refOf } from "./root-parts.ts";
import type { Selection } from "./selection.ts";

/** Plans a connection. @throws AppError BAD_USER_INPUT or LIMIT_EXCEEDED */
export function planConnection(selected: SelectedConnection, args: Arguments, scope: PlanScope): ConnectionPlan {
	const { table } = selected;
	const page = planPage(table, args, scope);
	const wants = wantsOf(selected);
	const shape = planShape(selected, scope);
	const row = rowOf(shape.selects, wants.cursors ? keyColumns(page.order) : [], table);
	const { binding, size, backward, after, before } = page;
	const keys = wants.cursors ? page.order.map(({ via }, index) => keyPath(via.length > 0, index)) : [];
	const { fields } = shape;
	const select: ConnectionNode = { kind: "connection", row, fields, keys, binding, size, backward, after, before };
	const plan = (read: Pick<ReadPlan, "where" | "order" | "limit">, rest: Pick<ConnectionPlan, "total" | "count">) =>
		Object.freeze<ConnectionPlan>({
			kind: "connection",
			read: Object.freeze({ kind: "read", from: refOf(table), cardinality: "many", select: row, offset: 0, ...read }),
			keyed: wants.cursors,
			select: Object.freeze(select),
			...rest,
		});
	const counting = () => plan({ where: page.where, order: [], limit: 0 }, { total: true, count: null });
	if (!wants.rows) return counting();
	const together = page.bounds.length === 0;
	return plan(
		{
			where: allOf([...(page.where === null ? [] : [page.where]), ...page.bounds]),
			order: page.order,
			limit: size + 1,
		},
		{ total: wants.total && together, count: wants.total && !together ? counting() : null },
	);
}

interface ConnectionPage extends Pick<ConnectionNode, "binding" | "size" | "backward" | "after" | "before"> {
	readonly where: ConditionNode | null;
	/** What cursors add to it. */
	readonly bounds: readonly ConditionNode[];
	/** As it is asked for: from behind, where the page is counted from the end. */
	readonly order: readonly OrderNode[];
}

function planPage(table: TableModel, args: Arguments, scope: PlanScope): ConnectionPage {
	const { first, last, after, before } = args as { [name: string]: string | number | null | undefined };
	const backward = last !== null && last !== undefined;
	if (backward && first !== null && first !== undefined)
		throw refused("last", "first and last cannot both be given.", "Page forwards with first, or backwards with last.");
	const order = planOrder(table, args["orderBy"], scope.model);
	const binding = bindingOf(table, order);
	const bound = (name: "after" | "before", cursor: unknown, towards: readonly OrderNode[]) =>
		typeof cursor === "string" ? [behind(table.table, towards, open(binding, name, cursor, scope))] : [];
	const bounds = [...bound("after", after, order), ...bound("before", before, reversed(order))];
	return {
		where: planWhere(table, args["where"], { model: scope.model, at: "where" }),
		bounds,
		order: backward ? reversed(order) : order,
		binding,
		size: planLimit(backward ? last : first, scope, backward ? "last" : "first"),
		backward,
		after: typeof after === "string",
		before: typeof before === "string",
	};
}

function open(binding: string, name: string, cursor: string, { cursors }: PlanScope) {
	const values = cursors.open(binding, cursor);
	if (values !== null) return values;
	const hint = "Take cursors from an answer to the same field with the same orderBy, for the same tenant.";
	throw refused(name, `${name} is no cursor of this list.`, hint);
}

function refused(argument: string, message: string, hint: string): AppError {
	return new AppError("BAD_USER_INPUT", { message, hint, extensions: { argument } });
}

/** What a cursor belongs to. A filter may change while paging; the values of the order mean the same under any. */
function bindingOf({ table }: TableModel, order: readonly OrderNode[]): string {
	const columns = order.map(({ via, column, direction, nulls }) => [
		via.map(({ target, hint }) => [target.schema, target.name, hint]),
		column,
		direction,
		nulls,
	]);
	return JSON.stringify([table.schema, table.name, columns]);
}

/** Where the value of an order's column stands in a row; a related one is given beside the column that orders. */
function keyPath(related: boolean, index: number): readonly string[] {
	return Object.freeze(related ? [`$$${index}`, "t"] : [`$$${index}`]);
}

function keyColumns(order: readonly OrderNode[]): readonly ColumnField[] {
	return order.flatMap(({ via, column }, index) =>
		via.length > 0
			? []
			: Object.freeze<ColumnField>({
					kind: "column",
					key: `$$${index}`,
					as: `$$${index}`,
					column,
					cast: "text",
					decoding: { kind: "verbatim" },
				}),
	);
}

interface Wants {
	readonly rows: boolean;
	readonly cursors: boolean;
	readonly total: boolean;
}

function wantsOf({ items, rows }: SelectedConnection): Wants {
	const inner = items.flatMap((item): readonly (EdgeItem | PageItem)[] =>
		item.kind === "edges" || item.kind === "pageInfo" ? item.items : [],
	);
	const cursors = inner.some(
		(item) => item.kind === "cursor" || (item.kind === "fact" && item.fact.endsWith("Cursor")),
	);
	return {
		rows: rows.length > 0 || items.some(({ kind }) => kind === "edges" || kind === "pageInfo"),
		cursors,
		total: items.some(({ kind }) => kind === "totalCount"),
	};
}

/** One selection for the request, of everything that is asked of a row. */
function rowOf(selects: readonly SelectNode[], keys: readonly ColumnField[], table: TableModel): SelectNode {
	const fields = [...selects.flatMap(({ fields: own }) => own), ...keys];
	const named = fields.some(({ kind }) => kind !== "typename");
	return Object.freeze({
		kind: "select",
		fields: Object.freeze(fields),
		presence: named ? null : (table.tieBreak[0]?.column.name ?? null),
		verbatim: "never",
	});
}

function planShape(selected: SelectedConnection, scope: PlanScope) {
	const names = tableTypeNames(selected.table.typeName);
	const selects: SelectNode[] = [];
	const plan = (selection: Selection): SelectNode => {
		const made = apart(planSelect(selection, scope), selects.length);
		selects.push(made);
		return made;
	};
	const edge = (item: EdgeItem): EdgeField => {
		if (item.kind === "typename") return typename(item.key, names.edge);
		return item.kind === "cursor" ? item : Object.freeze({ kind: "node", key: item.key, select: plan(item.selection) });
	};
	const page = (item: PageItem): PageField => (item.kind === "typename" ? typename(item.key, "PageInfo") : item);
	const field = (item: ConnectionItem): ConnectionField => {
		switch (item.kind) {
			case "typename":
				return typename(item.key, names.connection);
			case "totalCount":
				return item;
			case "nodes":
				return Object.freeze({ kind: "nodes", key: item.key, select: plan(item.selection) });
			case "edges":
				return Object.freeze({ kind: "edges", key: item.key, fields: Object.freeze(item.items.map(edge)) });
			case "pageInfo":
				return Object.freeze({ kind: "pageInfo", key: item.key, fields: Object.freeze(item.items.map(page)) });
		}
	};
	return { fields: Object.freeze(selected.items.map(field)), selects };
}

function typename(key: string, typeName: string): TypenameField {
	return Object.freeze({ kind: "typename", key, typeName });
}

/** The selection with members that are no other selection's, and embedded rows under names that mean nothing else. */
function apart(select: SelectNode, index: number): SelectNode {
	const fields = select.fields.map((field) => {
		if (field.kind === "typename" || (field.kind === "column" && index === 0)) return field;
		return Object.freeze({ ...field, as: `$${index}_${field.key}` });
	});
	return Object.freeze({ ...select, fields: Object.freeze(fields) });
}
