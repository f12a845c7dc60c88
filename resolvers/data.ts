// Resolvers of the data schema: one for every root field, all alike. What a field does stands in its plan.
import type { GraphQLFieldResolver } from "graphql";
import type { OperationContext } from "../src/operation/operation-context.ts";
import type { DataModel } from "../src/schema/model.ts";
import type { Source } from "../src/source/source.ts";

type Resolvers = Record<string, Record<string, GraphQLFieldResolver<unknown, OperationContext>>>;

/** Resolvers for every root field of the model, over one source. */
export function dataResolvers(model: DataModel, source: Source): Resolvers {
	const resolve: GraphQLFieldResolver<unknown, OperationContext> = async (_root, _args, context, info) => {
		const plan = context.plan(String(info.path.key));
		return context.deliver(await source.run(plan, context.claims, context.signal));
	};
	const all = (names: Iterable<string>) => Object.fromEntries([...names].map((name) => [name, resolve]));
	return {
		Query: all(model.queries.keys()),
		...(model.mutations.size === 0 ? {} : { Mutation: all(model.mutations.keys()) }),
	};
}
