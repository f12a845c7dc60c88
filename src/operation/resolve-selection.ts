// Takes a root field of a validated document, gives its selection with every name resolved against the DataModel, merged
// by response key as the GraphQL specification's CollectFields says; refuses a selection that grows without bound.
import {
	type FieldNode,
	type FragmentDefinitionNode,
	GraphQLIncludeDirective,
	type GraphQLObjectType,
	type GraphQLSchema,
	GraphQLSkipDirective,
	getDirectiveValues,
	getNamedType,
	type SelectionNode,
	visit,
} from "graphql";
import { AppError } from "../error/app-error.ts";
import type { ArgumentSource, SelectedComposite, SelectedItem, Selection } from "../plan/selection.ts";
import { attributeNames } from "../schema/attribute-names.ts";
import type { ColumnType } from "../schema/catalog.ts";
import { type DataModel, type TableModel, targetOf } from "../schema/model.ts";

/** What resolving needs of the document and the schema. */
export interface SelectionScope {
	readonly schema: GraphQLSchema;
	readonly model: DataModel;
	readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
	/** Values of the variables that `@skip` and `@include` name. */
	readonly conditions: Readonly<Record<string, unknown>>;
	/** Counts the fields that were visited: fragments inside fragments can multiply beyond any depth limit. */
	readonly visits: { left: number };
}

/** Fields that one operation may visit while it is resolved. */
export const maxVisits = 5_000;

/** Fields of a selection set, merged by response key, in the order of their first appearance. */
export function collectFields(
	parent: GraphQLObjectType,
	selections: readonly SelectionNode[],
	scope: SelectionScope,
): ReadonlyMap<string, readonly FieldNode[]> {
	const found = new Map<string, FieldNode[]>();
	collectInto(found, { parent, selections, scope, seen: new Set() });
	return found;
}

interface Collecting {
	readonly parent: GraphQLObjectType;
	readonly selections: readonly SelectionNode[];
	readonly scope: SelectionScope;
	readonly seen: Set<string>;
}

function collectInto(found: Map<string, FieldNode[]>, { parent, selections, scope, seen }: Collecting): void {
	for (const node of selections) {
		countVisit(scope);
		if (!isIncluded(node, scope)) continue;
		switch (node.kind) {
			case "Field": {
				const key = node.alias?.value ?? node.name.value;
				const same = found.get(key);
				if (same === undefined) found.set(key, [node]);
				else same.push(node);
				break;
			}
			case "InlineFragment":
				// Data types are objects only, so a condition that validation let pass names this very type.
				collectInto(found, { parent, selections: node.selectionSet.selections, scope, seen });
				break;
			case "FragmentSpread": {
				const fragment = scope.fragments[node.name.value];
				if (fragment === undefined || seen.has(node.name.value)) break;
				seen.add(node.name.value);
				collectInto(found, { parent, selections: fragment.selectionSet.selections, scope, seen });
			}
		}
	}
}

/** Resolves what is selected on a table. */
export function resolveSelection(table: TableModel, nodes: readonly FieldNode[], scope: SelectionScope): Selection {
	const parent = scope.schema.getType(table.typeName) as GraphQLObjectType;
	const selections = nodes.flatMap((node) => node.selectionSet?.selections ?? []);
	const items = [...collectFields(parent, selections, scope)].map(([key, fields]) =>
		resolveItem({ table, parent, key, fields, scope }),
	);
	const dynamic = items.some((item) => item.kind === "relation" && (item.args.dynamic || item.selection.dynamic));
	return Object.freeze({ table, items: Object.freeze(items), dynamic });
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

function isIncluded(node: SelectionNode, scope: SelectionScope): boolean {
	const skip = getDirectiveValues(GraphQLSkipDirective, node, scope.conditions as Record<string, unknown>);
	if (skip?.["if"] === true) return false;
	const include = getDirectiveValues(GraphQLIncludeDirective, node, scope.conditions as Record<string, unknown>);
	return include?.["if"] !== false;
}

function countVisit({ visits }: SelectionScope): void {
	visits.left -= 1;
	if (visits.left >= 0) return;
	throw new AppError("LIMIT_EXCEEDED", {
		message: `The operation selects more than ${maxVisits} fields once its fragments are spread.`,
		hint: "Split it into several operations.",
	});
}
