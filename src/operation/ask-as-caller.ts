// Runs an operation that a function asks for, with the identity of whoever invoked the function: the same parsing, limits,
// validation, guards and errors as a client's request. Gives the result as JSON text; never throws.
import type { GraphQLError } from "graphql";
import { AppError } from "../error/app-error.ts";
import { errorCatalogue } from "../error/catalogue.ts";
import { catalogueCode, publicError } from "../error/public-error.ts";
import { rebuildError } from "../error/rebuild-error.ts";
import type { Observe } from "../observe/observation.ts";
import type { OperationResult } from "../response/text-result.ts";
import { introspects } from "./introspects.ts";
import type { LiveOperations } from "./live-operations.ts";
import type { RequestContext } from "./request-context.ts";

/** What a function asks. */
export interface AskedOperation {
	readonly query: string;
	/** JSON text of an object; empty for none. */
	readonly variables: string;
}

export type AskAsCaller = (asked: AskedOperation, context: RequestContext) => Promise<string>;

/** @param operations of whatever schema is in force when something is asked */
export function createAskAsCaller(operations: LiveOperations, observe: Observe): AskAsCaller {
	return async (asked, context) => {
		const { requestId } = context;
		const result = await run(operations, asked, context);
		const errors = result.errors?.map((thrown) => {
			const { error, code, cause } = publicError(thrown, { requestId, hideSuggestions: false });
			if (cause !== undefined) observe({ kind: "request.error", requestId, code, cause });
			const { http: _http, ...extensions } = error.extensions;
			return rebuildError(error, error.message, extensions);
		});
		const shown: OperationResult = errors === undefined ? result : { ...result, errors };
		return shown.stringify?.(shown) ?? JSON.stringify(shown);
	};
}

async function run(
	operations: LiveOperations,
	asked: AskedOperation,
	context: RequestContext,
): Promise<OperationResult> {
	try {
		const variables = parseVariables(asked.variables);
		const document = operations.parse(asked.query);
		const errors = operations.validate(document);
		if (errors.length > 0) return { errors: errors.map(withCode) };
		// Who may see the schema is decided at the HTTP edge, which a function does not pass; it has no need to see it.
		if (introspects(document)) throw new AppError("FORBIDDEN", { message: "The schema is not shown to functions." });
		return await operations.execute({ document, operationName: null, variables, context });
	} catch (error) {
		return { errors: [error instanceof AppError ? error : new AppError("INTERNAL", { cause: error })] };
	}
}

function parseVariables(text: string): Record<string, unknown> {
	if (text === "") return {};
	let parsed: unknown;
	try {
		parsed = JSON.parse(text);
	} catch {
		parsed = undefined;
	}
	if (parsed === null) return {};
	if (typeof parsed === "object" && !Array.isArray(parsed)) return parsed as Record<string, unknown>;
	throw new AppError("BAD_REQUEST", {
		message: "The variables of a function's operation are no JSON object.",
		hint: "Send `{}` or an empty text where there are none.",
	});
}

function withCode(error: GraphQLError): GraphQLError {
	const code = catalogueCode(error.extensions["code"]) ?? "GRAPHQL_VALIDATION_FAILED";
	const hint = error.extensions["hint"] ?? errorCatalogue[code].hint;
	return rebuildError(error, error.message, { ...error.extensions, code, hint });
}
