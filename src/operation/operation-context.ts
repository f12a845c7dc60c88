// What a root resolver sees of its operation: the request, and the plans of the data fields, made on first use.
import { type GraphQLError, locatedError, type OperationTypeNode } from "graphql";
import type { Cursors, CursorsFor } from "../plan/cursor.ts";
import type { Plan } from "../plan/nodes.ts";
import type { PageLimits } from "../plan/plan-page.ts";
import { planRoot } from "../plan/plan-root.ts";
import { completeValue } from "../response/complete.ts";
import type { DataModel } from "../schema/model.ts";
import type { Rows } from "../source/source.ts";
import type { PreparedField, PreparedVariant } from "./prepare.ts";
import type { RequestContext } from "./request-context.ts";

/** The context value of every resolver. */
export interface OperationContext extends RequestContext {
	/** Every root field of the operation, for authorization. */
	readonly fields: readonly PreparedField[];
	/** Coerced variables by name. */
	readonly variables: Readonly<Record<string, unknown>>;
	readonly operationType: OperationTypeNode;
	/** Authorization's answers about this operation's root fields, by response key. */
	readonly decided: Map<string, GraphQLError | null>;
	/** Of the caller. */
	readonly cursors: Cursors;
	/** The plan of the data field with this response key. @throws AppError when its arguments cannot be meant */
	plan(key: string): Plan;
	/** Turns rows into what the executor at work wants of a resolver. */
	deliver(rows: Rows): unknown;
}

/** Binds an operation's variant to a request and its coerced variables. */
export function createOperationContext(from: {
	readonly model: DataModel;
	readonly request: RequestContext;
	readonly variant: PreparedVariant;
	readonly variables: Readonly<Record<string, unknown>>;
	readonly limits: PageLimits;
	readonly cursorsFor: CursorsFor;
	readonly operationType: OperationTypeNode;
}): OperationContext {
	const { model, request, variant, variables, limits, operationType } = from;
	const cursors = from.cursorsFor(request.principal);
	const plans = new Map<string, Plan>();
	const planField = (key: string): Plan => {
		const known = plans.get(key);
		if (known !== undefined) return known;
		const field = variant.fields.find((candidate) => candidate.key === key);
		if (field === undefined || field.data === null) throw new Error(`${key} is no data field`);
		try {
			const plan = planRoot(field.data, { model, variables, limits, cursors });
			plans.set(key, plan);
			return plan;
		} catch (error) {
			// Located here: the field whose plan fails need not be the one that asked for it.
			throw locatedError(error, field.nodes, [key]);
		}
	};
	return {
		...request,
		fields: variant.fields,
		variables,
		operationType,
		cursors,
		decided: new Map(),
		plan(key) {
			// A mutation is planned whole before its first write, so a mistake in a later field writes nothing.
			if (operationType === "mutation")
				for (const field of variant.fields) if (field.data !== null) planField(field.key);
			return planField(key);
		},
		deliver: variant.completion === "plan" ? (rows) => rows : (rows) => completeValue(rows, cursors),
	};
}
