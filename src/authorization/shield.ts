// graphql-shield, loaded the one way that works on Node 24: its ESM build imports what node:util no longer has, and the
// CommonJS build must meet the CommonJS graphql-middleware. Only shield, rule and deny are used: chain and race of this
// version always deny, not() turns a crashed rule into a yes, and every cache but no_cache confuses fields.
import { createRequire } from "node:module";
import type { GraphQLFieldResolver, GraphQLSchema } from "graphql";
import type { AccessMap } from "./access.ts";

const { deny, rule, shield } = createRequire(import.meta.url)("graphql-shield") as typeof import("graphql-shield");

/** Says no by giving an error; null: yes. Must not throw. */
export type Gate<Context> = (context: Context, at: { readonly key: string }) => Error | null;

type Resolve = GraphQLFieldResolver<unknown, unknown>;
/** What shield makes of a rule: calls the resolver, or gives the error. */
type Middleware = (resolve: Resolve, ...parameters: Parameters<Resolve>) => Promise<unknown>;

/**
 * Builds the shield over the root fields of a schema: the gate before each classified one, a denial before all else.
 * @returns the middleware of a root field, by type and field name
 */
export function buildShield<Context>(
	schema: GraphQLSchema,
	access: AccessMap,
	gate: Gate<Context>,
): (type: string, field: string) => Middleware {
	const tree: Record<string, Record<string, ReturnType<ReturnType<typeof rule>>>> = {};
	for (const name of access.keys()) {
		const [type = "", field = ""] = name.split(".");
		tree[type] ??= {};
		tree[type][field] = rule(name, { cache: "no_cache" })(
			(_parent, _args, { request }: { request: Context }, { path }) => gate(request, { key: String(path.key) }) ?? true,
		);
	}
	const middleware = shield(tree, {
		fallbackRule: deny,
		// Resolvers' own errors pass; a denial without an error of the gate's own must not be readable as anything else.
		fallbackError: (error) =>
			error instanceof Error ? error : new Error("The shield denied a root field.", { cause: error }),
	}).generate(schema) as unknown as Record<string, Record<string, Middleware>>;
	return (type, field) => {
		const found = middleware[type]?.[field];
		if (typeof found !== "function") throw new Error(`The shield has no rule for ${type}.${field}`);
		return found;
	};
}
