// Takes a validated document, gives its prepared operation: for each outcome of its @skip and @include conditions, the
// root fields with their selections resolved. A repeated operation only binds its variables.
import {
	type DirectiveNode,
	type DocumentNode,
	type FieldNode,
	type FragmentDefinitionNode,
	type GraphQLObjectType,
	type GraphQLSchema,
	Kind,
	type OperationDefinitionNode,
	visit,
} from "graphql";
import { LRUCache } from "lru-cache";
import { AppError } from "../error/app-error.ts";
import type { ArgumentSource, RootSelection } from "../plan/selection.ts";
import type { DataModel } from "../schema/model.ts";
import { collectFields, maxVisits, type SelectionScope } from "./collect-fields.ts";
import { resolveRoot } from "./resolve-root.ts";
import { argumentSource } from "./resolve-selection.ts";

/** A root field as execution sees it. */
export interface PreparedField {
	readonly key: string;
	readonly nodes: readonly FieldNode[];
	readonly parent: GraphQLObjectType;
	/** Null for `__typename`. */
	readonly args: ArgumentSource | null;
	/** Null where the field belongs to another subschema. */
	readonly data: RootSelection | null;
}

/** The operation under one outcome of its conditions. */
export interface PreparedVariant {
	readonly fields: readonly PreparedField[];
	/** Every root field is a data field, so the result is completed from the plans. */
	readonly completion: "plan" | "graphql";
}

export interface PreparedOperation {
	readonly schema: GraphQLSchema;
	readonly model: DataModel;
	readonly document: DocumentNode;
	readonly operation: OperationDefinitionNode;
	readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
	/** The variant for these coerced variables. @throws AppError LIMIT_EXCEEDED */
	variant(variables: Readonly<Record<string, unknown>>): PreparedVariant;
}

/** Outcomes of conditions that are kept for one operation. */
const maxVariants = 16;

/**
 * Prepares one operation of a validated document.
 * @throws AppError BAD_REQUEST when no operation has the name, or a name is needed and missing
 */
export function prepare(from: {
	readonly schema: GraphQLSchema;
	readonly model: DataModel;
	readonly document: DocumentNode;
	readonly operationName: string | null;
}): PreparedOperation {
	const { schema, model, document } = from;
	const operation = findOperation(document, from.operationName);
	const fragments = Object.fromEntries(
		document.definitions
			.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
			.map((fragment) => [fragment.name.value, fragment]),
	);
	const conditionNames = conditionVariables(document);
	const variants = new LRUCache<string, PreparedVariant>({ max: maxVariants });
	return Object.freeze({
		schema,
		model,
		document,
		operation,
		fragments,
		variant(variables: Readonly<Record<string, unknown>>): PreparedVariant {
			const key = conditionNames.map((name) => (variables[name] === true ? "1" : "0")).join("");
			const known = variants.get(key);
			if (known !== undefined) return known;
			const conditions = Object.fromEntries(conditionNames.map((name) => [name, variables[name] === true]));
			const made = prepareVariant(operation, { schema, model, fragments, conditions, visits: { left: maxVisits } });
			variants.set(key, made);
			return made;
		},
	});
}

function prepareVariant(operation: OperationDefinitionNode, scope: SelectionScope): PreparedVariant {
	const parent = scope.schema.getRootType(operation.operation);
	if (parent === undefined || parent === null) {
		throw new AppError("BAD_REQUEST", { message: `This endpoint has no ${operation.operation}.` });
	}
	const roots = operation.operation === "query" ? scope.model.queries : scope.model.mutations;
	const collected = collectFields(parent, operation.selectionSet.selections, scope);
	const fields = [...collected].map(([key, nodes]): PreparedField => {
		const name = nodes[0]?.name.value ?? "";
		const field = operation.operation === "subscription" ? undefined : roots.get(name);
		const args = name.startsWith("__") ? null : argumentSource(parent, nodes);
		const data =
			field === undefined || args === null
				? null
				: Object.freeze({ key, field, args, ...resolveRoot({ field, parent, nodes, scope }) });
		return Object.freeze({ key, nodes: Object.freeze([...nodes]), parent, args, data });
	});
	const planned = fields.every(({ data, nodes }) => data !== null || nodes[0]?.name.value === "__typename");
	return Object.freeze({ fields: Object.freeze(fields), completion: planned ? "plan" : "graphql" });
}

function findOperation(document: DocumentNode, name: string | null): OperationDefinitionNode {
	const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
	if (name === null && operations.length > 1) {
		const hint = "Send operationName with the name of the operation to run.";
		throw new AppError("BAD_REQUEST", { message: "The document holds several operations.", hint });
	}
	const operation = name === null ? operations[0] : operations.find((candidate) => candidate.name?.value === name);
	if (operation === undefined) {
		const message =
			name === null ? "The document holds no operation." : `The document holds no operation named ${name}.`;
		throw new AppError("BAD_REQUEST", { message, hint: "Check operationName." });
	}
	return operation;
}

/** Names of the variables that decide what is selected. */
function conditionVariables(document: DocumentNode): readonly string[] {
	const names = new Set<string>();
	visit(document, {
		Directive(node: DirectiveNode) {
			if (node.name.value !== "skip" && node.name.value !== "include") return;
			for (const { value } of node.arguments ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
		},
	});
	return [...names].sort();
}
