// Takes the fields of a selection set in a validated document, gives them merged by response key, as the GraphQL
// specification's CollectFields says; refuses a selection that grows without bound.
import {
	type FieldNode,
	type FragmentDefinitionNode,
	GraphQLIncludeDirective,
	type GraphQLObjectType,
	type GraphQLSchema,
	GraphQLSkipDirective,
	getDirectiveValues,
	type SelectionNode,
} from "graphql";
import { AppError } from "../error/app-error.ts";
import type { DataModel } from "../schema/model.ts";

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

/** Resolves each field that is selected below some nodes of one field. */
export function resolveEach<Item extends object>(
	typeName: string,
	nodes: readonly FieldNode[],
	scope: SelectionScope,
	resolve: (key: string, name: string, fields: readonly FieldNode[]) => Item,
): readonly Item[] {
	const parent = scope.schema.getType(typeName) as GraphQLObjectType;
	const selections = nodes.flatMap((node) => node.selectionSet?.selections ?? []);
	const found = collectFields(parent, selections, scope);
	return Object.freeze(
		[...found].map(([key, fields]) => Object.freeze(resolve(key, fields[0]?.name.value ?? "", fields))),
	);
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
