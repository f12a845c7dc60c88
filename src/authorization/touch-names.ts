// Touches by table and column, each made once: naming one again costs a look-up instead of a new text. Made for one model.
import type { TableRef } from "../schema/catalog.ts";
import type { Touch } from "./decision.ts";
import { columnObject, rpcObject, tableObject } from "./object.ts";

type Action = "select" | "insert" | "update" | "delete";

/** A touch that is the same object whenever it is named. */
export interface NamedTouch extends Touch {
	/** Different for every touch of one model. */
	readonly id: number;
}

/** Gives touches of one model's tables and columns. */
export class TouchNames {
	readonly #byObject = new Map<string, Map<string, NamedTouch>>();
	readonly #tables = new WeakMap<TableRef, Map<Action, NamedTouch>>();
	readonly #columns = new WeakMap<TableRef, Map<string, Map<Action, NamedTouch>>>();
	#made = 0;

	table(table: TableRef, action: Action): NamedTouch {
		const known = this.#tables.get(table)?.get(action);
		if (known !== undefined) return known;
		const touch = this.#named(tableObject(table), action);
		this.#tables.set(table, (this.#tables.get(table) ?? new Map()).set(action, touch));
		return touch;
	}

	column(table: TableRef, column: string, action: Action): NamedTouch {
		const columns = this.#columns.get(table) ?? new Map<string, Map<Action, NamedTouch>>();
		const known = columns.get(column)?.get(action);
		if (known !== undefined) return known;
		const touch = this.#named(columnObject(table, column), action);
		columns.set(column, (columns.get(column) ?? new Map<Action, NamedTouch>()).set(action, touch));
		this.#columns.set(table, columns);
		return touch;
	}

	/** The call of a function of the database. */
	routine(routine: TableRef): NamedTouch {
		return this.#named(rpcObject(routine), "execute");
	}

	/** A table may be named by several references, its touch is one. */
	#named(object: string, action: Action | "execute"): NamedTouch {
		const actions = this.#byObject.get(object) ?? new Map<string, NamedTouch>();
		this.#byObject.set(object, actions);
		const known = actions.get(action);
		if (known !== undefined) return known;
		this.#made += 1;
		const touch = Object.freeze({ object, action, id: this.#made });
		actions.set(action, touch);
		return touch;
	}
}
