// What following a relation touches besides the columns that are selected on its other side: the target, the join table, and
// the columns that are compared. Who may not see a column must not learn that it equals another.
import type { TableRef } from "../schema/catalog.ts";
import { type DataModel, type RelationModel, type TableModel, tableKey } from "../schema/model.ts";
import type { NamedTouch, TouchNames } from "./touch-names.ts";

export class RelationTouches {
	readonly #model: DataModel;
	readonly #names: TouchNames;
	readonly #known = new WeakMap<RelationModel, readonly NamedTouch[]>();

	constructor(model: DataModel, names: TouchNames) {
		this.#model = model;
		this.#names = names;
	}

	/** @param from the table whose relation it is */
	of(from: TableModel, relation: RelationModel): readonly NamedTouch[] {
		const known = this.#known.get(relation);
		if (known !== undefined) return known;
		const touches = Object.freeze(this.#read(from, relation));
		this.#known.set(relation, touches);
		return touches;
	}

	#read(from: TableModel, { via, target }: RelationModel): NamedTouch[] {
		const table = via.kind === "foreignKey" ? via.owner : via.table;
		const tables = [from.table, target, table].map((each) => this.#names.table(each, "select"));
		const owner = this.#model.tables.get(tableKey(table));
		// The columns of a join table that is not exposed have no names here; its table right decides.
		if (owner === undefined) return tables;
		const ends = new Set([tableKey(from.table), tableKey(target)]);
		const keys = owner.table.foreignKeys.filter((key) =>
			via.kind === "foreignKey" ? key.constraint === via.constraint : ends.has(tableKey(key.target)),
		);
		if (keys.length === 0) throw new Error(`no foreign key leads from ${table.name} to ${target.name}`);
		const columns = keys.flatMap((key) => [
			...this.#compared(table, key.columns),
			...this.#compared(key.target, key.targetColumns),
		]);
		return [...tables, ...columns];
	}

	/** The tenant column takes part in most foreign keys, and tells a caller nothing that they do not know. */
	#compared(ref: TableRef, columns: readonly string[]): NamedTouch[] {
		const fields = [...(this.#model.tables.get(tableKey(ref))?.fields.values() ?? [])];
		const isTenant = (name: string) =>
			fields.some((field) => field.kind === "column" && field.tenant && field.column.name === name);
		return columns.filter((name) => !isTenant(name)).map((name) => this.#names.column(ref, name, "select"));
	}
}
