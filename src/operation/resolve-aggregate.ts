// Takes an aggregate of a validated document, gives what is selected of it, resolved against the DataModel.
import type { FieldNode } from "graphql";
import type { AggregateFunction } from "../plan/aggregate-nodes.ts";
import type { AggregateItem, ComputedItem, GroupItem, SelectedAggregate } from "../plan/aggregate-selection.ts";
import { groupColumnsOf } from "../schema/group-columns.ts";
import type { TableModel } from "../schema/model.ts";
import { tableTypeNames } from "../schema/naming.ts";
import { resolveEach, type SelectionScope } from "./collect-fields.ts";

/** Resolves what is selected of the groups of a table's rows. */
export function resolveAggregate(
	table: TableModel,
	nodes: readonly FieldNode[],
	scope: SelectionScope,
): SelectedAggregate {
	const names = tableTypeNames(table.typeName);
	const types: Readonly<Record<AggregateFunction, string>> = {
		sum: names.sum,
		avg: names.average,
		min: names.extreme,
		max: names.extreme,
	};
	const group = (key: string, name: string): GroupItem => {
		if (name === "__typename") return { kind: "typename", key };
		const column = groupColumnsOf(scope.model, table).get(name);
		if (column === undefined) throw new Error(`${names.group} has no field ${name}`);
		return { kind: "column", key, group: column };
	};
	const computed = (key: string, name: string): ComputedItem => {
		if (name === "__typename") return { kind: "typename", key };
		const column = table.fields.get(name);
		if (column?.kind !== "column") throw new Error(`${table.typeName} has no column ${name}`);
		return { kind: "column", key, column };
	};
	const item = (key: string, name: string, fields: readonly FieldNode[]): AggregateItem => {
		switch (name) {
			case "__typename":
				return { kind: "typename", key };
			case "count":
				return { kind: "count", key };
			case "key":
				return { kind: "group", key, items: resolveEach(names.group, fields, scope, group) };
			case "sum":
			case "avg":
			case "min":
			case "max":
				return { kind: "computed", key, function: name, items: resolveEach(types[name], fields, scope, computed) };
			default:
				throw new Error(`${names.aggregate} has no field ${name}`);
		}
	};
	return Object.freeze({ table, items: resolveEach(names.aggregate, nodes, scope, item) });
}
