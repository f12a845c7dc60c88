// Takes a prepared operation, variables and the request, gives the GraphQL result: the one way to run an operation. Root
// resolvers are called as graphql-js would call them; an operation of data fields only is completed from its plans.
import {
	type ExecutionResult,
	execute as executeByGraphql,
	GraphQLError,
	getVariableValues,
	isNonNullType,
	locatedError,
} from "graphql";
import { AppError } from "../error/app-error.ts";
import type { CursorsFor } from "../plan/cursor.ts";
import type { PageLimits } from "../plan/plan-page.ts";
import { readArguments } from "../plan/read-arguments.ts";
import { completeText } from "../response/complete.ts";
import { type OperationResult, textResult } from "../response/text-result.ts";
import type { Rows } from "../source/source.ts";
import { createOperationContext, type OperationContext } from "./operation-context.ts";
import type { PreparedField, PreparedOperation, PreparedVariant } from "./prepare.ts";
import type { RequestContext } from "./request-context.ts";

type Variables = Readonly<Record<string, unknown>>;

/** Gives the errors of an operation that is refused as a whole; null: it may begin. */
export type Admit = (operation: OperationContext) => readonly GraphQLError[] | null;

/** What running an operation needs beside it. */
export interface ExecuteInput {
	/** As the client sent them. */
	readonly variables: Variables;
	readonly request: RequestContext;
	readonly limits: PageLimits;
	/** The cursors of each caller. */
	readonly cursorsFor: CursorsFor;
	/** Decides an operation before it begins: its errors, or null. Root fields are guarded beside it. */
	readonly admit?: Admit;
	/** Completes through graphql-js even where plans would do: for the suite that compares both. */
	readonly completion?: "graphql";
}

/** Runs a prepared operation. Never throws for what a client or a resolver did: the result carries the errors. */
export async function execute(prepared: PreparedOperation, input: ExecuteInput): Promise<OperationResult> {
	try {
		const variables = coerceVariables(prepared, input.variables);
		const variant = variantFor(prepared, variables, input.completion);
		const operationType = prepared.operation.operation;
		if (operationType === "mutation" && input.request.readOnly) throw crossSite();
		const context = createOperationContext({ ...input, model: prepared.model, variant, variables, operationType });
		const refused = input.admit?.(context) ?? null;
		if (refused !== null) return { errors: refused };
		const run: Run = { prepared, variables, context };
		if (variant.completion === "graphql") return await runByGraphql(run, input.variables);
		return operationType === "mutation" ? await runSerially(variant, run) : await runTogether(variant, run);
	} catch (error) {
		return { errors: [error instanceof GraphQLError ? error : locatedError(error, undefined)] };
	}
}

function crossSite(): AppError {
	return new AppError("FORBIDDEN", {
		message: "A mutation that is signed in by cookie must come from a page of this site.",
		hint: "Send Origin or Sec-Fetch-Site as browsers do, or the header `X-Apprun-Csrf: 1`, or a token instead of the cookie.",
	});
}

interface Run {
	readonly prepared: PreparedOperation;
	readonly variables: Variables;
	readonly context: OperationContext;
}

function variantFor(
	prepared: PreparedOperation,
	variables: Variables,
	completion: "graphql" | undefined,
): PreparedVariant {
	const variant = prepared.variant(variables);
	return completion === undefined ? variant : { ...variant, completion };
}

/** The variables as their types have them. @throws AppError BAD_USER_INPUT */
export function coerceVariables(prepared: PreparedOperation, given: Variables): Variables {
	const definitions = prepared.operation.variableDefinitions ?? [];
	if (definitions.length === 0) return {};
	const { errors, coerced } = getVariableValues(prepared.schema, definitions, { ...given });
	if (errors === undefined) return coerced;
	const [first] = errors;
	const message = first?.message ?? "A variable has a value that cannot be used.";
	throw new AppError("BAD_USER_INPUT", { message, hint: "Correct the variable." }, { nodes: first?.nodes ?? null });
}

async function runByGraphql({ prepared, context }: Run, given: Variables): Promise<ExecutionResult> {
	return await executeByGraphql({
		schema: prepared.schema,
		document: prepared.document,
		operationName: prepared.operation.name?.value ?? null,
		variableValues: given,
		contextValue: context,
	});
}

/** A root field's part of the answer; `fatal`: its null reaches the root, because its type admits none. */
interface FieldOutcome {
	readonly text: string;
	readonly error: GraphQLError | null;
	readonly fatal: boolean;
}

async function runTogether(variant: PreparedVariant, run: Run): Promise<OperationResult> {
	const outcomes = await Promise.all(variant.fields.map((field) => runField(field, run)));
	return assemble(variant, outcomes);
}

async function runSerially(variant: PreparedVariant, run: Run): Promise<OperationResult> {
	const outcomes: FieldOutcome[] = [];
	for (const field of variant.fields) {
		const outcome = await runField(field, run);
		outcomes.push(outcome);
		// As the specification has it: once the whole answer is null, later fields of a mutation do not run.
		if (outcome.fatal) break;
	}
	return assemble(variant, outcomes);
}

function assemble(variant: PreparedVariant, outcomes: readonly FieldOutcome[]): OperationResult {
	const errors = outcomes.flatMap(({ error }) => error ?? []);
	if (outcomes.some(({ fatal }) => fatal)) return { errors, data: null };
	const members = variant.fields.map(({ key }, index) => `${JSON.stringify(key)}:${outcomes[index]?.text ?? "null"}`);
	return textResult(`{${members.join(",")}}`, errors);
}

async function runField(field: PreparedField, run: Run): Promise<FieldOutcome> {
	if (field.args === null) return { text: JSON.stringify(field.parent.name), error: null, fatal: false };
	const { definition } = field.args;
	try {
		const rows = await callResolver(field, run);
		return { text: completeText(rows as Rows, run.context.cursors), error: null, fatal: false };
	} catch (error) {
		return {
			text: "null",
			error: locatedError(error, field.nodes, [field.key]),
			fatal: isNonNullType(definition.type),
		};
	}
}

/** Calls the schema's own resolver, so that whatever guards it guards this way of running too. */
async function callResolver(field: PreparedField, { prepared, variables, context }: Run): Promise<unknown> {
	const { args, parent, nodes, key } = field;
	const resolve = args?.definition.resolve;
	if (args === null || resolve === undefined) throw new Error(`${parent.name}.${key} has no resolver`);
	const value: unknown = await resolve(undefined, readArguments(args, variables), context, {
		fieldName: args.definition.name,
		fieldNodes: nodes,
		returnType: args.definition.type,
		parentType: parent,
		path: { prev: undefined, key, typename: parent.name },
		schema: prepared.schema,
		fragments: prepared.fragments as Record<string, never>,
		rootValue: undefined,
		operation: prepared.operation,
		variableValues: variables as Record<string, unknown>,
	});
	if (value instanceof Error) throw value;
	return value;
}
