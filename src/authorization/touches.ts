// Takes a data root field with its resolved selection and the variables, gives every object, column and action that it
// touches: in what it selects, filters, orders and writes, at any depth. Exhaustive over root fields and selected items,
// and an argument that it does not know is an error: what is not understood is not allowed.
import { type Arguments, readArguments } from "../plan/read-arguments.ts";
import type { RootSelection, SelectedRelation, Selection } from "../plan/selection.ts";
import type { TableRef } from "../schema/catalog.ts";
import { type ColumnModel, type DataModel, type KeyModel, type TableModel, tableKey } from "../schema/model.ts";
import type { Touch } from "./decision.ts";
import { columnObject, tableObject } from "./object.ts";

/** Gives the touches of a root field; the same frozen list again while they are the same. */
export type ReadTouches = (root: RootSelection, variables: Readonly<Record<string, unknown>>) => readonly Touch[];

/** Lists kept for one root field whose arguments differ from request to request. */
const listsPerField = 64;

/** @param model what relations are looked up in; touches are remembered as long as it lives */
export function createTouches(model: DataModel): ReadTouches {
	const constant = new WeakMap<RootSelection, readonly Touch[]>();
	const varying = new WeakMap<RootSelection, Map<string, readonly Touch[]>>();
	return (root, variables) => {
		const dynamic = root.args.dynamic || root.selection.dynamic;
		const known = dynamic ? undefined : constant.get(root);
		if (known !== undefined) return known;
		const found = new Touches(model, variables);
		found.root(root);
		if (dynamic) return sameList(varying, root, found.list());
		const list = found.list();
		constant.set(root, list);
		return list;
	};
}

/** A list equal to one seen before is that one, so that what was decided about it is found by its identity. */
function sameList(
	seen: WeakMap<RootSelection, Map<string, readonly Touch[]>>,
	root: RootSelection,
	list: readonly Touch[],
): readonly Touch[] {
	const lists = seen.get(root) ?? new Map<string, readonly Touch[]>();
	seen.set(root, lists);
	const key = list.map(({ object, action }) => `${action} ${object}`).join("\n");
	const known = lists.get(key);
	if (known !== undefined) return known;
	if (lists.size >= listsPerField) lists.clear();
	lists.set(key, list);
	return list;
}

class Touches {
	readonly #model: DataModel;
	readonly #variables: Readonly<Record<string, unknown>>;
	readonly #found = new Map<string, Touch>();

	constructor(model: DataModel, variables: Readonly<Record<string, unknown>>) {
		this.#model = model;
		this.#variables = variables;
	}

	list(): readonly Touch[] {
		return Object.freeze([...this.#found.values()]);
	}

	root({ field, args: source, selection }: RootSelection): void {
		const args = readArguments(source, this.#variables);
		const { table } = field;
		switch (field.kind) {
			case "list":
				this.#table(table.table, "select");
				this.#page(table, args);
				break;
			case "byKey":
				this.#key(table, field.key);
				break;
			case "create":
				this.#table(table.table, "insert");
				this.#row(table, args["input"], "insert");
				break;
			case "updateByKey":
				this.#table(table.table, "update");
				this.#key(table, field.key);
				this.#row(table, args["patch"], "update");
				break;
			case "deleteByKey":
				this.#table(table.table, "delete");
				this.#key(table, field.key);
				break;
			default:
				unknownNode(field);
		}
		this.#selection(selection);
	}

	#selection({ table, items }: Selection): void {
		for (const item of items) {
			switch (item.kind) {
				case "column":
					this.#column(table, item.column);
					break;
				case "typename":
					break;
				case "relation":
					this.#table(table.table, "select");
					this.#relation(table, item);
					break;
				default:
					unknownNode(item);
			}
		}
	}

	#relation(from: TableModel, { relation, args, selection }: SelectedRelation): void {
		this.#table(relation.target, "select");
		this.#link(from, relation);
		this.#page(selection.table, readArguments(args, this.#variables));
		this.#selection(selection);
	}

	/** Following a relation compares columns of both ends: who may not see them must not learn that they are equal. */
	#link(from: TableModel, { via, target }: SelectedRelation["relation"]): void {
		const table = via.kind === "foreignKey" ? via.owner : via.table;
		this.#table(table, "select");
		const owner = this.#model.tables.get(tableKey(table));
		// The columns of a join table that is not exposed have no names here; its table right decides.
		if (owner === undefined) return;
		const ends = new Set([tableKey(from.table), tableKey(target)]);
		const keys = owner.table.foreignKeys.filter((key) =>
			via.kind === "foreignKey" ? key.constraint === via.constraint : ends.has(tableKey(key.target)),
		);
		if (keys.length === 0) throw new Error(`no foreign key leads from ${table.name} to ${target.name}`);
		for (const key of keys) {
			this.#columns(table, key.columns);
			this.#columns(key.target, key.targetColumns);
		}
	}

	#page(table: TableModel, args: Arguments): void {
		for (const [name, value] of Object.entries(args)) {
			switch (name) {
				case "where":
					this.#filter(table, value);
					break;
				case "orderBy":
					for (const item of (value ?? []) as readonly object[])
						for (const column of Object.keys(item)) this.#column(table, columnOf(table, column));
					break;
				case "limit":
				case "offset":
					break;
				default:
					throw new Error(`nobody said what the argument ${name} touches`);
			}
		}
	}

	#filter(table: TableModel, filter: unknown): void {
		for (const [name, value] of Object.entries((filter ?? {}) as object)) {
			switch (name) {
				case "and":
				case "or":
					for (const part of (value ?? []) as readonly unknown[]) this.#filter(table, part);
					break;
				case "not":
					this.#filter(table, value);
					break;
				default:
					this.#column(table, columnOf(table, name));
			}
		}
	}

	#key(table: TableModel, { columns }: KeyModel): void {
		for (const column of columns) this.#column(table, column);
	}

	#row(table: TableModel, row: unknown, action: "insert" | "update"): void {
		for (const name of Object.keys((row ?? {}) as object))
			this.#add(columnObject(table.table, columnOf(table, name).column.name), action);
	}

	/** A column that is read, or that a filter or an order lets one infer. */
	#column({ table }: TableModel, { column }: ColumnModel): void {
		this.#table(table, "select");
		this.#add(columnObject(table, column.name), "select");
	}

	/** The tenant column takes part in most foreign keys, and tells a caller nothing that they do not know. */
	#columns(ref: TableRef, names: readonly string[]): void {
		const table = this.#model.tables.get(tableKey(ref));
		const tenant = [...(table?.fields.values() ?? [])].find((field) => field.kind === "column" && field.tenant);
		for (const name of names) {
			if (tenant?.kind === "column" && tenant.column.name === name) continue;
			this.#add(columnObject(ref, name), "select");
		}
	}

	#table(table: TableRef, action: string): void {
		this.#add(tableObject(table), action);
	}

	#add(object: string, action: string): void {
		this.#found.set(`${action} ${object}`, { object, action });
	}
}

function columnOf(table: TableModel, name: string): ColumnModel {
	const field = table.fields.get(name);
	if (field?.kind !== "column") throw new Error(`nobody said what ${table.typeName}.${name} touches`);
	return field;
}

function unknownNode(node: never): never {
	throw new Error(`nobody said what this touches: ${JSON.stringify(node)}`);
}
