// What the plan of any root field is made of: its arguments, its planned selection, and the scope for what is below.
import type { TableRef } from "../schema/catalog.ts";
import type { TableModel } from "../schema/model.ts";
import type { SelectNode } from "./nodes.ts";
import type { PlanScope } from "./plan-page.ts";
import type { Arguments } from "./read-arguments.ts";

export interface RootParts {
	readonly args: Arguments;
	readonly select: SelectNode;
	readonly scope: PlanScope;
}

/** The relation that a plan names. */
export function refOf({ table }: TableModel): TableRef {
	return Object.freeze({ schema: table.schema, name: table.name });
}
