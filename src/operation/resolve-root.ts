// Takes a data root field of a validated document, gives what is selected of what it gives: of rows, or of a connection.
import type { FieldNode } from "graphql";
import type { RootSelection } from "../plan/selection.ts";
import type { RootField } from "../schema/model.ts";
import { resolveConnection } from "./resolve-connection.ts";
import { resolveSelection, type SelectionScope } from "./resolve-selection.ts";

/** Resolves the selection of a root field. @throws AppError LIMIT_EXCEEDED */
export function resolveRoot(
	field: RootField,
	nodes: readonly FieldNode[],
	scope: SelectionScope,
): Pick<RootSelection, "selection" | "connection"> {
	if (field.kind === "connection") return { selection: null, connection: resolveConnection(field.table, nodes, scope) };
	return { selection: resolveSelection(field.table, nodes, scope), connection: null };
}
