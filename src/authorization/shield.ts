// graphql-shield, loaded the one way that works on Node 24: its ESM build imports what node:util no longer has, and the
// CommonJS build must meet the CommonJS graphql-middleware. Only shield and rule are used: chain and race of this
// version always deny, not() turns a crashed rule into a yes, and every cache but no_cache confuses fields.
import { createRequire } from "node:module";
import { buildSchema, type GraphQLFieldResolver } from "graphql";
import type { AccessMap } from "./access.ts";

const { rule, shield } = createRequire(import.meta.url)("graphql-shield") as typeof import("graphql-shield");

/** Says no by giving an error; null: yes. Must not throw. */
export type Gate<Context> = (context: Context, at: { readonly key: string }) => Error | null;

type Resolve = GraphQLFieldResolver<unknown, unknown>;
/** What shield makes of a rule: calls the resolver, or gives the error. */
type Middleware = (resolve: Resolve, ...parameters: Parameters<Resolve>) => Promise<unknown>;

/** For shield to make one middleware over: it takes the square of the number of fields, and all it makes would be alike. */
const oneField = buildSchema("type Query { field: Boolean }");

/**
 * Makes the shield of root fields, the gate before each classified one.
 * @returns the middleware of a root field, by type and field name; throws for one that nobody classified
 */
export function buildShield<Context>(
	access: AccessMap,
	gate: Gate<Context>,
): (type: string, field: string) => Middleware {
	const gated = rule("gate", { cache: "no_cache" })(
		(_parent, _args, { request }: { request: Context }, { path }) => gate(request, { key: String(path.key) }) ?? true,
	);
	const { Query } = shield(gated, {
		// Resolvers' own errors pass; a denial without an error of the gate's own must not be readable as anything else.
		fallbackError: (error) =>
			error instanceof Error ? error : new Error("The shield denied a root field.", { cause: error }),
	}).generate(oneField) as unknown as Record<string, Record<string, Middleware>>;
	const middleware = Query?.["field"];
	return (type, field) => {
		if (!access.has(`${type}.${field}`) || typeof middleware !== "function")
			throw new Error(`The shield has no rule for ${type}.${field}`);
		return middleware;
	};
}
