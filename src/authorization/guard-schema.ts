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

/** What shield is given as the context: it writes into its own, not into the request's. */
interface Scratch<Context> {
	readonly request: Context;
	/** Stays empty: no rule is cached. Given, because shield would make one for every call. */
	readonly _shield: { readonly cache: object };
}

const emptyCache = Object.freeze({ cache: Object.freeze({}) });

/** Guards a schema in place. */
export function guardSchema<Context>(schema: GraphQLSchema, guard: Guard<Context>): GraphQLSchema {
	const middlewareOf = buildShield(guard.access, guard.gate);
	const subscription = schema.getSubscriptionType();
	for (const type of [schema.getQueryType(), schema.getMutationType(), subscription]) {
		for (const field of Object.values(type?.getFields() ?? {})) {
			const middleware = middlewareOf(type?.name ?? "", field.name);
			const guarded = (resolve: Resolve): Resolve => {
				const call = explained(resolve, guard);
				return async (root, args, context, info) => {
					const result = await middleware(call, root, args, { request: context, _shield: emptyCache }, info);
					// Shield gives a denial as a value; one that is not thrown could be taken for data.
					if (result instanceof Error) throw result;
					return result;
				};
			};
			field.resolve = guarded(field.resolve ?? defaultFieldResolver);
			// Guarded before the source opens; resolve is asked again for each event, so a revocation ends the stream.
			if (type === subscription && field.subscribe !== undefined) field.subscribe = guarded(field.subscribe);
		}
	}
	return schema;
}

/** The resolver behind the shield, with the errors that are to be shown. */
function explained<Context>(resolve: Resolve, { explain }: Guard<Context>): Resolve {
	return async (root, args, scratch, info) => {
		const { request } = scratch as Scratch<Context>;
		try {
			return await resolve(root, args, request, info);
		} catch (error) {
			if (!(error instanceof Error)) throw new Error("A resolver threw what is no error.", { cause: error });
			throw explain(error, request, { key: String(info.path.key) });
		}
	};
}
