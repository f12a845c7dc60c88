// Resolver of the data schema: one for every root field, all alike. What a field does stands in its plan.
import type { GraphQLFieldResolver } from "graphql";
import type { OperationContext } from "../src/operation/operation-context.ts";
import type { Source } from "../src/source/source.ts";

/** Makes the resolver of every root field of the model, over one source. */
export function dataResolver(source: Source): GraphQLFieldResolver<unknown, OperationContext> {
	return async (_root, _args, context, info) => {
		const plan = context.plan(String(info.path.key));
		return context.deliver(await source.run(plan, context.claims, context.signal));
	};
}
