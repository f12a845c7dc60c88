// Takes a connection field of a validated document, gives what is selected of it, resolved against the DataModel.
import type { FieldNode } from "graphql";
import type { PageFact } from "../plan/connection-nodes.ts";
import type { ConnectionItem, EdgeItem, PageItem, SelectedConnection } from "../plan/connection-selection.ts";
import type { Selection } from "../plan/selection.ts";
import type { TableModel } from "../schema/model.ts";
import { tableTypeNames } from "../schema/naming.ts";
import { resolveEach, type SelectionScope } from "./collect-fields.ts";
import { resolveSelection } from "./resolve-selection.ts";

/** Resolves what is selected of a table's connection. */
export function resolveConnection(
	table: TableModel,
	nodes: readonly FieldNode[],
	scope: SelectionScope,
): SelectedConnection {
	const names = tableTypeNames(table.typeName);
	const rows: Selection[] = [];
	const row = (fields: readonly FieldNode[]): Selection => {
		const selection = resolveSelection(table, fields, scope);
		rows.push(selection);
		return selection;
	};
	const edge = (key: string, name: string, fields: readonly FieldNode[]): EdgeItem => {
		if (name === "__typename") return { kind: "typename", key };
		return name === "cursor" ? { kind: "cursor", key } : { kind: "node", key, selection: row(fields) };
	};
	const item = (key: string, name: string, fields: readonly FieldNode[]): ConnectionItem => {
		switch (name) {
			case "__typename":
				return { kind: "typename", key };
			case "totalCount":
				return { kind: "totalCount", key };
			case "nodes":
				return { kind: "nodes", key, selection: row(fields) };
			case "edges":
				return { kind: "edges", key, items: resolveEach(names.edge, fields, scope, edge) };
			case "pageInfo":
				return { kind: "pageInfo", key, items: resolveEach("PageInfo", fields, scope, pageItem) };
			default:
				throw new Error(`${names.connection} has no field ${name}`);
		}
	};
	return Object.freeze({ table, items: resolveEach(names.connection, nodes, scope, item), rows: Object.freeze(rows) });
}

function pageItem(key: string, name: string): PageItem {
	return name === "__typename" ? { kind: "typename", key } : { kind: "fact", key, fact: name as PageFact };
}
