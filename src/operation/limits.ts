// Takes a parsed document, gives the errors of the limits that it exceeds: depth, aliases, root fields. Tokens are
// limited while parsing. Run before validation, whose cost grows faster than the document.
import { maxAliasesRule } from "@escape.tech/graphql-armor-max-aliases";
import { maxDepthRule } from "@escape.tech/graphql-armor-max-depth";
import {
	type ASTVisitor,
	type DocumentNode,
	type GraphQLError,
	type GraphQLSchema,
	Kind,
	type OperationDefinitionNode,
	type SelectionSetNode,
	type ValidationContext,
	validate,
} from "graphql";
import type { Config } from "../config/load-config.ts";
import { AppError } from "../error/app-error.ts";

export type DocumentLimits = Pick<Config, "maxDepth" | "maxAliases" | "maxRootFields">;

/** Errors of the limits that the document exceeds; none: it may be validated. */
export function checkLimits(
	schema: GraphQLSchema,
	document: DocumentNode,
	limits: DocumentLimits,
): readonly GraphQLError[] {
	const { maxDepth, maxAliases, maxRootFields } = limits;
	const armor = (what: string, most: number) => ({
		n: most,
		propagateOnRejection: false,
		onReject: [(context: ValidationContext | null) => context?.reportError(tooMuch(`The document has ${what}.`, most))],
	});
	return validate(schema, document, [
		(context) => maxDepthRule({ ...armor("too many levels", maxDepth), flattenFragments: true })(context) as ASTVisitor,
		(context) => maxAliasesRule(armor("too many aliases", maxAliases))(context) as ASTVisitor,
		(context) => rootFieldsRule(context, maxRootFields),
	]);
}

function rootFieldsRule(context: ValidationContext, most: number): ASTVisitor {
	return {
		OperationDefinition(operation: OperationDefinitionNode) {
			if (countFields(context, operation.selectionSet, new Set()) <= most) return;
			context.reportError(tooMuch("The operation has too many root fields.", most));
		},
	};
}

function countFields(context: ValidationContext, set: SelectionSetNode, seen: Set<string>): number {
	return set.selections.reduce((count, node) => {
		if (node.kind === Kind.FIELD) return count + 1;
		if (node.kind === Kind.INLINE_FRAGMENT) return count + countFields(context, node.selectionSet, seen);
		const fragment = seen.has(node.name.value) ? undefined : context.getFragment(node.name.value);
		seen.add(node.name.value);
		return count + (fragment ? countFields(context, fragment.selectionSet, seen) : 0);
	}, 0);
}

function tooMuch(message: string, most: number): AppError {
	return new AppError("LIMIT_EXCEEDED", { message, hint: `The most is ${most}. Split it into several requests.` });
}
