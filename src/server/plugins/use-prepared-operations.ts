// Phase: GraphQL. Hands parse, validate and execute to src/operation, the one way to run an operation.
import { type ExecutionArgs, GraphQLError, getOperationAST, Kind, OperationTypeNode } from "graphql";
import { AppError } from "../../error/app-error.ts";
import { type ErrorCode, errorCatalogue } from "../../error/catalogue.ts";
import { catalogueCode } from "../../error/public-error.ts";
import { rebuildError } from "../../error/rebuild-error.ts";
import type { ClaimsFor } from "../../identity/database-claims.ts";
import type { RunOnce } from "../../operation/run-once.ts";
import { createContext } from "../context.ts";
import type { OperationResult, Operations, ServerPlugin } from "../ports.ts";
import type { RequestStates } from "../request-state.ts";

export function usePreparedOperations(
	states: RequestStates,
	operations: Operations,
	claimsFor: ClaimsFor,
	runOnce: RunOnce,
): ServerPlugin {
	const run = async (request: Request, args: ExecutionArgs): Promise<OperationResult> => {
		const { document } = args;
		const operationName = args.operationName ?? null;
		const state = states.of(request);
		const operation = getOperationAST(document, operationName);
		const place = state.operations.length;
		if (operation) state.operations.push({ name: operation.name?.value ?? null, type: operation.operation });
		const context = await createContext(state, claimsFor);
		const variables = args.variableValues ?? {};
		const key = request.headers.get("idempotency-key");
		const execute = () => operations.execute({ document, operationName, variables, context });
		if (key === null || operation?.operation !== OperationTypeNode.MUTATION) return await execute();
		const { principal, requestId } = context;
		const text = document.loc?.source.body ?? "";
		const { selections } = operation.selectionSet;
		const single = selections.length === 1 && selections[0]?.kind === Kind.FIELD;
		return await runOnce({ key, place, single, principal, requestId, text, operationName, variables }, execute);
	};
	return {
		onEnveloped({ setSchema }) {
			setSchema(operations.schema);
		},
		onParse({ setParseFn }) {
			setParseFn((source: string) => {
				try {
					return operations.parse(source);
				} catch (error) {
					throw error instanceof GraphQLError ? withCode(error, "GRAPHQL_PARSE_FAILED") : named(error);
				}
			});
		},
		onValidate({ params, setResult }) {
			try {
				const errors = operations.validate(params.documentAST);
				// Copies, because Yoga writes into what it gets.
				setResult(errors.map((error) => withCode(error, "GRAPHQL_VALIDATION_FAILED")));
			} catch (error) {
				throw named(error);
			}
		},
		onExecute({ context, setExecuteFn }) {
			setExecuteFn(async (args: ExecutionArgs) => {
				try {
					return await run(context.request, args);
				} catch (error) {
					// Not thrown on: Yoga answers a timeout that is thrown at it with no error at all.
					return { errors: [asGraphQLError(named(error))] };
				}
			});
		},
		onSubscribe() {
			throw new AppError("BAD_REQUEST", { message: "Subscriptions are not offered.", hint: "Send a query instead." });
		},
	};
}

/** graphql-js descends into a document by recursion; one that is within the token limit can still be too deep for it. */
function named(error: unknown): unknown {
	if (!(error instanceof RangeError && error.message.includes("call stack"))) return error;
	return new AppError("LIMIT_EXCEEDED", {
		message: "The document is nested too deeply.",
		hint: "Nest less, or split it into several requests.",
		cause: error,
	});
}

/** A copy with a code: the original is kept with its document. */
function withCode(error: GraphQLError, fallback: ErrorCode): GraphQLError {
	const code = catalogueCode(error.extensions["code"]) ?? fallback;
	const hint = error.extensions["hint"] ?? errorCatalogue[code].hint;
	return rebuildError(error, error.message, { ...error.extensions, code, hint });
}

function asGraphQLError(thrown: unknown): GraphQLError {
	if (thrown instanceof GraphQLError) return thrown;
	return new GraphQLError("", { originalError: thrown instanceof Error ? thrown : new Error(String(thrown)) });
}
