// What is selected of a connection, resolved against the DataModel. Every selection of rows in it is one of the same rows.
import type { TableModel } from "../schema/model.ts";
import type { PageFact } from "./connection-nodes.ts";
import type { SelectedTypename, Selection } from "./selection.ts";

export interface SelectedConnection {
	readonly table: TableModel;
	readonly items: readonly ConnectionItem[];
	/** The selections of rows in `items`. */
	readonly rows: readonly Selection[];
}

export type ConnectionItem =
	| SelectedTypename
	| { readonly kind: "edges"; readonly key: string; readonly items: readonly EdgeItem[] }
	| { readonly kind: "nodes"; readonly key: string; readonly selection: Selection }
	| { readonly kind: "pageInfo"; readonly key: string; readonly items: readonly PageItem[] }
	| { readonly kind: "totalCount"; readonly key: string };

export type EdgeItem =
	| SelectedTypename
	| { readonly kind: "cursor"; readonly key: string }
	| { readonly kind: "node"; readonly key: string; readonly selection: Selection };

export type PageItem = SelectedTypename | { readonly kind: "fact"; readonly key: string; readonly fact: PageFact };
