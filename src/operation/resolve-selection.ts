// Takes a root field of a validated document, gives its selection with every name resolved against the DataModel, merged
// by response key.
import { type FieldNode, type GraphQLObjectType, getNamedType, visit } from "graphql";
import type { ArgumentSource, SelectedComposite, SelectedItem, Selection } from "../plan/selection.ts";
import { attributeNames } from "../schema/attribute-names.ts";
import type { ColumnType } from "../schema/catalog.ts";
import { type TableModel, targetOf } from "../schema/model.ts";
import { collectFields, type SelectionScope } from "./collect-fields.ts";
import { resolveAggregate } from "./resolve-aggregate.ts";

/** Resolves what is selected on a table. */
export function resolveSelection(table: TableModel, nodes: readonly FieldNode[], scope: SelectionScope): Selection {
	const parent = scope.schema.getType(table.typeName) as GraphQLObjectType;
	const selections = nodes.flatMap((node) => node.selectionSet?.selections ?? []);
	const items = [...collectFields(parent, selections, scope)].map(([key, fields]) =>
		resolveItem({ table, parent, key, fields, scope }),
	);
	const dynamic = items.some(isDynamic);
	return Object.freeze({ table, items: Object.freeze(items), dynamic });
}

function isDynamic(item: SelectedItem): boolean {
	if (item.kind === "aggregates") return item.args.dynamic;
	return item.kind === "relation" && (item.args.dynamic || item.selection.dynamic);
}

function resolveItem(at: {
	readonly table: TableModel;
	readonly parent: GraphQLObjectType;
	readonly key: string;
	readonly fields: readonly FieldNode[];
	readonly scope: SelectionScope;
}): SelectedItem {
	const { table, parent, key, fields, scope } = at;
	const name = fields[0]?.name.value ?? "";
	if (name === "__typename") return Object.freeze({ kind: "typename", key });
	const aggregated = table.aggregates.get(name);
	if (aggregated !== undefined) {
		const aggregate = resolveAggregate(targetOf(scope.model, aggregated), fields, scope);
		const args = argumentSource(parent, fields);
		return Object.freeze({ kind: "aggregates", key, relation: aggregated, args, aggregate });
	}
	const field = table.fields.get(name);
	if (field === undefined) throw new Error(`${table.typeName} has no field ${name}`);
	if (field.kind === "column") {
		const composite = resolveComposite(field.column.type, parent, fields, scope);
		return Object.freeze({ kind: "column", key, column: field, composite });
	}
	const target = targetOf(scope.model, field);
	return Object.freeze({
		kind: "relation",
		key,
		relation: field,
		args: argumentSource(parent, fields),
		selection: resolveSelection(target, fields, scope),
	});
}

/** What is selected of a composite type, or of each in an array of them; null for every other type. */
export function resolveComposite(
	type: ColumnType,
	owner: GraphQLObjectType,
	nodes: readonly FieldNode[],
	scope: SelectionScope,
): SelectedComposite | null {
	if (type.kind === "array") return resolveComposite(type.element, owner, nodes, scope);
	if (type.kind !== "composite") return null;
	const parent = getNamedType(owner.getFields()[nodes[0]?.name.value ?? ""]?.type) as GraphQLObjectType;
	const selections = nodes.flatMap((node) => node.selectionSet?.selections ?? []);
	const names = attributeNames(type.attributes);
	const items = [...collectFields(parent, selections, scope)].map(
		([key, fields]): SelectedComposite["items"][number] => {
			const name = fields[0]?.name.value ?? "";
			if (name === "__typename") return Object.freeze({ kind: "typename", key });
			const attribute = names.get(name);
			if (attribute === undefined) throw new Error(`${parent.name} has no field ${name}`);
			const composite = resolveComposite(attribute.type, parent, fields, scope);
			return Object.freeze({ kind: "attribute", key, attribute, composite });
		},
	);
	return Object.freeze({ typeName: parent.name, items: Object.freeze(items) });
}

/** Where the arguments of a field stand; validation has made sure that merged nodes have the same ones. */
export function argumentSource(parent: GraphQLObjectType, fields: readonly FieldNode[]): ArgumentSource {
	const [node] = fields;
	const definition = node === undefined ? undefined : parent.getFields()[node.name.value];
	if (node === undefined || definition === undefined) throw new Error(`${parent.name} lacks a field of the document`);
	return Object.freeze({ definition, node, dynamic: namesVariable(node) });
}

function namesVariable(node: FieldNode): boolean {
	let found = false;
	for (const argument of node.arguments ?? []) {
		visit(argument, {
			Variable: () => {
				found = true;
			},
		});
	}
	return found;
}
