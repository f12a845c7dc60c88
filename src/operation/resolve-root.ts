// Takes a data root field of a validated document, gives what is selected of what it gives: of rows, of a connection, of
// groups, of a value.
import type { FieldNode, GraphQLObjectType } from "graphql";
import type { RootSelection } from "../plan/selection.ts";
import type { RootField } from "../schema/model.ts";
import type { SelectionScope } from "./collect-fields.ts";
import { resolveAggregate } from "./resolve-aggregate.ts";
import { resolveConnection } from "./resolve-connection.ts";
import { resolveComposite, resolveSelection } from "./resolve-selection.ts";

/** Resolves the selection of a root field. @throws AppError LIMIT_EXCEEDED */
export function resolveRoot(at: {
	readonly field: RootField;
	readonly parent: GraphQLObjectType;
	readonly nodes: readonly FieldNode[];
	readonly scope: SelectionScope;
}): Pick<RootSelection, "selection" | "connection" | "aggregate" | "composite"> {
	const { field, parent, nodes, scope } = at;
	const none = { selection: null, connection: null, aggregate: null, composite: null };
	if (field.kind === "connection") return { ...none, connection: resolveConnection(field.table, nodes, scope) };
	if (field.kind === "aggregate") return { ...none, aggregate: resolveAggregate(field.table, nodes, scope) };
	const result = field.kind === "routine" ? field.routine.routine.result : null;
	const composite = result?.kind === "value" ? resolveComposite(result.type, parent, nodes, scope) : null;
	return { ...none, composite, selection: field.table === null ? null : resolveSelection(field.table, nodes, scope) };
}
