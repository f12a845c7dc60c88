// What is selected of the groups of rows, resolved against the DataModel.
import type { GroupColumn } from "../schema/group-columns.ts";
import type { ColumnModel, TableModel } from "../schema/model.ts";
import type { AggregateFunction } from "./aggregate-nodes.ts";
import type { SelectedTypename } from "./selection.ts";

export interface SelectedAggregate {
	readonly table: TableModel;
	readonly items: readonly AggregateItem[];
}

export type AggregateItem =
	| SelectedTypename
	| { readonly kind: "count"; readonly key: string }
	| { readonly kind: "group"; readonly key: string; readonly items: readonly GroupItem[] }
	| {
			readonly kind: "computed";
			readonly key: string;
			readonly function: AggregateFunction;
			readonly items: readonly ComputedItem[];
	  };

export type GroupItem =
	| SelectedTypename
	| { readonly kind: "column"; readonly key: string; readonly group: GroupColumn };

export type ComputedItem =
	| SelectedTypename
	| { readonly kind: "column"; readonly key: string; readonly column: ColumnModel };
