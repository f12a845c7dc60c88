// Takes a data root field with its resolved selection and the variables, gives every object, column and action that it
// touches: in what it selects, filters, orders and writes, at any depth. Exhaustive over root fields and selected items,
// and an argument that it does not know is an error: what is not understood is not allowed.

import type { SelectedAggregate } from "../plan/aggregate-selection.ts";
import type { Arguments, ReadArguments } from "../plan/read-arguments.ts";
import type { ArgumentSource, RootSelection, SelectedRelation, Selection } from "../plan/selection.ts";
import { type GroupColumn, groupColumnsOf } from "../schema/group-columns.ts";
import {
	type ColumnModel,
	type DataModel,
	type KeyModel,
	type RelationModel,
	type RootField,
	type RoutineModel,
	type TableModel,
	targetOf,
} from "../schema/model.ts";
import type { Touch } from "./decision.ts";
import { RelationTouches } from "./relation-touches.ts";
import { type NamedTouch, TouchNames } from "./touch-names.ts";

/** Gives the touches of a root field; the same frozen list again while they are the same. */
export type ReadTouches = (root: RootSelection, variables: Readonly<Record<string, unknown>>) => readonly Touch[];

/** Lists kept for one root field whose arguments differ from request to request. */
const listsPerField = 64;

/** What is known of one model. */
interface Known {
	readonly model: DataModel;
	readonly names: TouchNames;
	readonly relations: RelationTouches;
	/** Of selections that no variable touches. */
	readonly selections: WeakMap<Selection, readonly NamedTouch[]>;
}

/** @param model what relations are looked up in; touches are remembered as long as it lives */
export function createTouches(model: DataModel, readArguments: ReadArguments): ReadTouches {
	const names = new TouchNames();
	const known: Known = { model, names, relations: new RelationTouches(model, names), selections: new WeakMap() };
	const constant = new WeakMap<RootSelection, readonly Touch[]>();
	const varying = new WeakMap<RootSelection, Map<string, readonly Touch[]>>();
	return (root, variables) => {
		const before = constant.get(root);
		if (before !== undefined) return before;
		const found = new Touches(known, (source) => readArguments(source, variables));
		found.root(root);
		if (isDynamic(root)) return sameList(varying, root, found.found);
		const list = Object.freeze([...found.found]);
		constant.set(root, list);
		return list;
	};
}

/** A list equal to one seen before is that one, so that what was decided about it is found by its identity. */
function sameList(
	seen: WeakMap<RootSelection, Map<string, readonly Touch[]>>,
	root: RootSelection,
	found: ReadonlySet<NamedTouch>,
): readonly Touch[] {
	const lists = seen.get(root) ?? new Map<string, readonly Touch[]>();
	seen.set(root, lists);
	let key = "";
	for (const { id } of found) key += `${id} `;
	const known = lists.get(key);
	if (known !== undefined) return known;
	const list = Object.freeze([...found]);
	if (lists.size >= listsPerField) lists.clear();
	lists.set(key, list);
	return list;
}

class Touches {
	readonly found = new Set<NamedTouch>();
	readonly #known: Known;
	readonly #read: (source: ArgumentSource) => Arguments;

	constructor(known: Known, read: (source: ArgumentSource) => Arguments) {
		this.#known = known;
		this.#read = read;
	}

	root({ field, args: source, selection, connection, aggregate }: RootSelection): void {
		const args = this.#read(source);
		if (field.kind === "routine") this.#routine(field.routine, args);
		else this.#table(field, args);
		if (selection !== null) this.#selection(selection);
		for (const rows of connection?.rows ?? []) this.#selection(rows);
		if (aggregate !== null) this.#aggregate(aggregate, args);
	}

	/** A group tells of its rows: how many there are, what they share, and what is computed over their columns. */
	#aggregate({ table, items }: SelectedAggregate, args: Arguments): void {
		const { model, names } = this.#known;
		this.found.add(names.table(table.table, "select"));
		for (const [name, value] of Object.entries(args)) {
			switch (name) {
				case "where":
					this.#filter(table, value);
					break;
				case "groupBy":
					for (const column of (value ?? []) as readonly string[])
						this.#group(table, groupColumnsOf(model, table).get(column));
					break;
				case "orderBy":
				case "limit":
					break;
				default:
					throw new Error(`nobody said what the argument ${name} touches`);
			}
		}
		for (const item of items) {
			if (item.kind === "group") {
				for (const each of item.items) if (each.kind === "column") this.#group(table, each.group);
			} else if (item.kind === "computed") {
				for (const each of item.items) if (each.kind === "column") this.#column(table, each.column);
			}
		}
	}

	#group(table: TableModel, group: GroupColumn | undefined): void {
		if (group === undefined) throw new Error(`nobody said what a group of ${table.typeName} touches`);
		this.#column(group.relation === null ? table : this.#follow(table, group.relation), group.column);
	}

	/** Rows of a table that a function gives are as much as rows of the table: its columns are decided, too. */
	#routine({ routine, arguments: own, rows }: RoutineModel, args: Arguments): void {
		this.found.add(this.#known.names.routine(routine));
		if (rows !== null && !rows.ofRoutine) this.found.add(this.#known.names.table(rows.table, "select"));
		const named = new Set(own.map(({ name }) => name));
		const page = Object.entries(args).filter(([name]) => !named.has(name));
		if (rows !== null) this.#page(rows, Object.fromEntries(page));
	}

	#table(field: Exclude<RootField, { kind: "routine" }>, args: Arguments): void {
		const { names } = this.#known;
		const { table } = field;
		switch (field.kind) {
			case "list":
				this.found.add(names.table(table.table, "select"));
				this.#page(table, args);
				break;
			case "aggregate":
				break;
			case "connection":
				// A count, or whether there is a next page, tells of rows without a column of them.
				this.found.add(names.table(table.table, "select"));
				this.#page(table, args);
				break;
			case "byKey":
				this.#key(table, field.key);
				break;
			case "create":
				this.found.add(names.table(table.table, "insert"));
				this.#row(table, args["input"], "insert");
				break;
			case "updateByKey":
				this.found.add(names.table(table.table, "update"));
				this.#key(table, field.key);
				this.#row(table, args["patch"], "update");
				break;
			case "deleteByKey":
				this.found.add(names.table(table.table, "delete"));
				this.#key(table, field.key);
				break;
			case "createMany":
				this.#createMany(table, args);
				break;
			case "updateMany":
				this.found.add(names.table(table.table, "update"));
				this.#matching(table, args);
				this.#row(table, args["patch"], "update");
				break;
			case "deleteMany":
				this.found.add(names.table(table.table, "delete"));
				this.#matching(table, args);
				break;
			default:
				unknownNode(field);
		}
	}

	/** An upsert tells whether a row with the constraint's values exists, and overwrites every column that it inserts. */
	#createMany(table: TableModel, args: Arguments): void {
		const inputs = args["inputs"] as readonly unknown[];
		this.found.add(this.#known.names.table(table.table, "insert"));
		for (const input of inputs) this.#row(table, input, "insert");
		const conflict = args["onConflict"] as { readonly constraint: string; readonly update: readonly string[] } | null;
		if (conflict === null || conflict === undefined) return;
		const target = table.conflictTargets.find(({ name }) => name === conflict.constraint);
		if (target === undefined) throw new Error(`nobody said what the constraint ${conflict.constraint} touches`);
		for (const field of table.fields.values())
			if (field.kind === "column" && !field.tenant && target.columns.includes(field.column.name))
				this.#column(table, field);
		if (conflict.update.length === 0) return;
		this.found.add(this.#known.names.table(table.table, "update"));
		for (const input of inputs) this.#row(table, input, "update");
		this.#row(table, Object.fromEntries(conflict.update.map((name) => [name, true])), "update");
	}

	/** Which rows a bulk write finds can be seen from what it gives, and from whether it refuses. */
	#matching(table: TableModel, args: Arguments): void {
		this.found.add(this.#known.names.table(table.table, "select"));
		this.#filter(table, args["where"]);
	}

	#selection(selection: Selection): void {
		if (selection.dynamic) {
			this.#items(selection);
			return;
		}
		const known = this.#known.selections.get(selection);
		if (known !== undefined) {
			for (const touch of known) this.found.add(touch);
			return;
		}
		const alone = new Touches(this.#known, this.#read);
		alone.#items(selection);
		this.#known.selections.set(selection, [...alone.found]);
		for (const touch of alone.found) this.found.add(touch);
	}

	#items({ table, items }: Selection): void {
		for (const item of items) {
			switch (item.kind) {
				case "column":
					this.#column(table, item.column);
					break;
				case "typename":
					break;
				case "relation":
					this.#relation(table, item);
					break;
				case "aggregates":
					this.#follow(table, item.relation);
					this.#aggregate(item.aggregate, this.#read(item.args));
					break;
				default:
					unknownNode(item);
			}
		}
	}

	#relation(from: TableModel, { relation, args, selection }: SelectedRelation): void {
		this.#follow(from, relation);
		this.#page(selection.table, this.#read(args));
		this.#selection(selection);
	}

	#page(table: TableModel, args: Arguments): void {
		for (const [name, value] of Object.entries(args)) {
			switch (name) {
				case "where":
					this.#filter(table, value);
					break;
				case "orderBy":
					for (const item of (value ?? []) as readonly object[]) this.#order(table, item);
					break;
				case "limit":
				case "offset":
				case "first":
				case "last":
				case "after":
				case "before":
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
					this.#condition(table, name, value);
			}
		}
	}

	/** Whether there are related rows, and which, is as much as seeing them: the whole way to them is touched. */
	#condition(table: TableModel, name: string, value: unknown): void {
		const field = fieldOf(table, name);
		if (field.kind === "column") {
			this.#column(table, field);
			return;
		}
		const target = this.#follow(table, field);
		// A to-one relation is filtered directly, a to-many one by some, none and every.
		const filters = field.cardinality === "one" ? [value] : Object.values((value ?? {}) as object);
		for (const filter of filters) this.#filter(target, filter);
	}

	#order(table: TableModel, item: object): void {
		for (const [name, value] of Object.entries(item)) {
			const field = fieldOf(table, name);
			if (field.kind === "column") this.#column(table, field);
			else this.#order(this.#follow(table, field), (value ?? {}) as object);
		}
	}

	#follow(from: TableModel, relation: RelationModel): TableModel {
		for (const touch of this.#known.relations.of(from, relation)) this.found.add(touch);
		return targetOf(this.#known.model, relation);
	}

	#key(table: TableModel, { columns }: KeyModel): void {
		for (const column of columns) this.#column(table, column);
	}

	#row({ table, fields }: TableModel, row: unknown, action: "insert" | "update"): void {
		for (const name of Object.keys((row ?? {}) as object)) {
			const field = fields.get(name);
			if (field?.kind !== "column") throw new Error(`nobody said what the input ${name} touches`);
			this.found.add(this.#known.names.column(table, field.column.name, action));
		}
	}

	/** A column that is read, or that a filter or an order lets one infer. */
	#column({ table, ofRoutine }: TableModel, { column, routine }: ColumnModel): void {
		if (ofRoutine) return;
		this.found.add(this.#known.names.table(table, "select"));
		this.found.add(
			routine === null ? this.#known.names.column(table, column.name, "select") : this.#known.names.routine(routine),
		);
	}
}

function isDynamic({ args, selection, connection }: RootSelection): boolean {
	return args.dynamic || [selection, ...(connection?.rows ?? [])].some((rows) => rows?.dynamic === true);
}

function fieldOf(table: TableModel, name: string): ColumnModel | RelationModel {
	const field = table.fields.get(name);
	if (field === undefined) throw new Error(`nobody said what ${table.typeName}.${name} touches`);
	return field;
}

function unknownNode(node: never): never {
	throw new Error(`nobody said what this touches: ${JSON.stringify(node)}`);
}
