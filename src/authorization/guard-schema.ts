// Takes the merged schema, puts the shield before the resolve and subscribe of every root field; refuses (throws) a root
// field that nobody classified. Nested fields stay as they are: one check of a root field is about its whole subtree.
import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema } from "graphql";
import type { AccessMap } from "./access.ts";
import { buildShield, type Gate } from "./shield.ts";

type Resolve = GraphQLFieldResolver<unknown, unknown>;

/** What stands before and behind the root fields. */
export interface Guard<Context> {
	/** What each root field needs; only these can be called. */
	readonly access: AccessMap;
	/** Decides a call from its operation's context. */
	readonly gate: Gate<Context>;
	/** Gives the error to show for one that a resolver threw. */
	readonly explain: (error: unknown, context: Context, at: { readonly key: string }) => unknown;
}

/** Guards a schema in place. */
export function guardSchema<Context>(schema: GraphQLSchema, { access, gate, explain }: Guard<Context>): GraphQLSchema {
	const middlewareOf = buildShield(schema, access, gate);
	const subscription = schema.getSubscriptionType();
	for (const type of [schema.getQueryType(), schema.getMutationType(), subscription]) {
		for (const field of Object.values(type?.getFields() ?? {})) {
			const middleware = middlewareOf(type?.name ?? "", field.name);
			const guard =
				(resolve: Resolve): Resolve =>
				async (root, args, context, info) => {
					// Shield writes into the context that it is given: not into the request's.
					const scratch = { request: context };
					const call: Resolve = async () => {
						try {
							return await resolve(root, args, context, info);
						} catch (error) {
							if (!(error instanceof Error)) throw new Error("A resolver threw what is no error.", { cause: error });
							throw explain(error, context as Context, { key: String(info.path.key) });
						}
					};
					const result = await middleware(call, root, args, scratch, info);
					// Shield gives a denial as a value; one that is not thrown could be taken for data.
					if (result instanceof Error) throw result;
					return result;
				};
			field.resolve = guard(field.resolve ?? defaultFieldResolver);
			// Guarded before the source opens; resolve is asked again for each event, so a revocation ends the stream.
			if (type === subscription && field.subscribe !== undefined) field.subscribe = guard(field.subscribe);
		}
	}
	return schema;
}
