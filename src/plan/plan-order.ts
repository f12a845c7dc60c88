// Takes an order argument, gives the order of rows: columns and columns of to-one related rows, made total by the primary
// key, so that pages neither skip nor repeat a row.
import { type DataModel, type TableModel, targetOf } from "../schema/model.ts";
import type { OrderNode, RelatedTable } from "./nodes.ts";
import { relatedTable } from "./plan-where.ts";

/** An item of `orderBy`: one column with its direction, or one to-one relation with an item of its table. */
type OrderInput = { readonly [name: string]: string | OrderInput };

/** Plans `orderBy`; without one the primary key orders. */
export function planOrder(table: TableModel, given: unknown, model: DataModel): readonly OrderNode[] {
	const asked = ((given ?? []) as readonly OrderInput[]).flatMap((item) => planItem(table, item, model, []));
	const named = new Set(asked.flatMap(({ via, column }) => (via.length === 0 ? column : [])));
	const rest = table.tieBreak.filter(({ column }) => !named.has(column.name));
	return Object.freeze([...asked, ...rest.map(({ column }) => orderNode([], column.name, "ASC"))]);
}

function planItem(
	table: TableModel,
	item: OrderInput,
	model: DataModel,
	via: readonly RelatedTable[],
): readonly OrderNode[] {
	return Object.entries(item).flatMap(([name, value]) => {
		const field = table.fields.get(name);
		if (field === undefined) throw new Error(`no field is named ${name}`);
		if (field.kind === "column") return orderNode(via, field.column.name, value as string);
		return planItem(targetOf(model, field), value as OrderInput, model, [...via, relatedTable(field)]);
	});
}

function orderNode(via: readonly RelatedTable[], column: string, direction: string): OrderNode {
	return Object.freeze({
		kind: "order",
		via: Object.freeze(via),
		column,
		...splitDirection(direction),
	});
}

/** A value of SortDirection in its parts. */
export function splitDirection(direction: string): Pick<OrderNode, "direction" | "nulls"> {
	return {
		direction: direction.startsWith("DESC") ? "desc" : "asc",
		nulls: direction.endsWith("_NULLS_FIRST") ? "first" : direction.endsWith("_NULLS_LAST") ? "last" : null,
	};
}
