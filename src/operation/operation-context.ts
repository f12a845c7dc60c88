// What a root resolver sees of its operation: the request, and the plans of the data fields, made on first use.
import type { Plan } from "../plan/nodes.ts";
import type { PageLimits } from "../plan/plan-page.ts";
import { planRoot } from "../plan/plan-root.ts";
import { completeValue } from "../response/complete.ts";
import type { Rows } from "../source/source.ts";
import type { PreparedVariant } from "./prepare.ts";
import type { RequestContext } from "./request-context.ts";

/** The context value of every resolver. */
export interface OperationContext extends RequestContext {
	/** The plan of the data field with this response key. @throws AppError when its arguments cannot be meant */
	plan(key: string): Plan;
	/** Turns rows into what the executor at work wants of a resolver. */
	deliver(rows: Rows): unknown;
}

/** Binds an operation's variant to a request and its coerced variables. */
export function createOperationContext(from: {
	readonly request: RequestContext;
	readonly variant: PreparedVariant;
	readonly variables: Readonly<Record<string, unknown>>;
	readonly limits: PageLimits;
	readonly mutation: boolean;
}): OperationContext {
	const { request, variant, variables, limits } = from;
	const plans = new Map<string, Plan>();
	const planField = (key: string): Plan => {
		const known = plans.get(key);
		if (known !== undefined) return known;
		const root = variant.fields.find((field) => field.key === key)?.data;
		if (root === undefined || root === null) throw new Error(`${key} is no data field`);
		const plan = planRoot(root, { variables, limits });
		plans.set(key, plan);
		return plan;
	};
	return {
		...request,
		plan(key) {
			// A mutation is planned whole before its first write, so a mistake in a later field writes nothing.
			if (from.mutation) for (const field of variant.fields) if (field.data !== null) planField(field.key);
			return planField(key);
		},
		deliver: variant.completion === "plan" ? (rows) => rows : completeValue,
	};
}
