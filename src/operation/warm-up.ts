// Takes the schema in force and the way to its rows, and does as nobody what the first request would otherwise be the first
// to do: prepares, plans and asks for a list of one table. The database shows nobody nothing that is not public, and what
// comes back, rows or a refusal, is thrown away. Gives nothing; whatever goes wrong will be told by the first request.
import type { GraphQLSchema } from "graphql";
import { OperationTypeNode, parse } from "graphql";
import type { CursorsFor } from "../plan/cursor.ts";
import type { PageLimits } from "../plan/plan-page.ts";
import { completeText } from "../response/complete.ts";
import type { DataModel } from "../schema/model.ts";
import type { Source } from "../source/source.ts";
import { coerceVariables } from "./execute.ts";
import { createOperationContext } from "./operation-context.ts";
import { prepare } from "./prepare.ts";
import type { RequestContext } from "./request-context.ts";

/** One request after the other: the second meets what the first has opened. */
const repeats = 3;

export interface WarmUpInput {
	readonly schema: GraphQLSchema;
	readonly model: DataModel;
	readonly source: Source;
	readonly limits: PageLimits;
	readonly cursorsFor: CursorsFor;
	/** Nobody's, and the claims that nobody has. */
	readonly request: RequestContext;
}

/** Runs the way to the rows, so that its code is loaded and a connection is open. Never throws. */
export async function warmUp(input: WarmUpInput): Promise<void> {
	for (let n = 0; n < repeats; n += 1) await runOnce(input).catch(() => {});
}

async function runOnce({ source, ...input }: WarmUpInput): Promise<void> {
	const { schema, model, request } = input;
	const text = listOf(model);
	if (text === null) return;
	const prepared = prepare({ schema, model, document: parse(text), operationName: null });
	const variables = coerceVariables(prepared, { limit: 1 });
	const variant = prepared.variant(variables);
	const operationType = OperationTypeNode.QUERY;
	const context = createOperationContext({ ...input, variant, variables, operationType });
	completeText(await source.run(context.plan("rows"), request.claims), context.cursors);
}

/** An operation as a client would send it, on the first table there is; null: there is none. */
function listOf({ queries }: DataModel): string | null {
	for (const [name, field] of queries) {
		if (field.kind !== "list") continue;
		return `query WarmUp($limit: Int!) { rows: ${name}(limit: $limit) { __typename } }`;
	}
	return null;
}
