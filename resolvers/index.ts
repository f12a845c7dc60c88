// The merged schema: the generated data schema and the hand-written subschemas, each with its resolvers.
import type { GraphQLSchema } from "graphql";
import type { Functions } from "../src/functions/functions.ts";
import type { People } from "../src/identity/people.ts";
import type { AskAsCaller } from "../src/operation/ask-as-caller.ts";
import { type AddedResolvers, handWrittenSchema, joinSchemas } from "../src/schema/join-schemas.ts";
import type { Source } from "../src/source/source.ts";
import { dataResolver } from "./data.ts";
import { functionResolvers } from "./functions.ts";
import { identityResolvers } from "./identity.ts";
import { type PolicyAdministration, policyResolvers } from "./policies.ts";

/** Merges the subschemas. The data schema's names were made to leave the others' free. */
export function mergeSubschemas(from: {
	readonly dataSchema: GraphQLSchema;
	readonly source: Source;
	/** Null, like functions: the schema is only looked at. */
	readonly people: People | null;
	readonly policies: PolicyAdministration;
	/** `ask` runs what a function asks GraphQL, as the function's caller. */
	readonly functions: { readonly stage: Functions; readonly ask: AskAsCaller } | null;
}): GraphQLSchema {
	const { dataSchema, source, people, policies, functions } = from;
	const maps: readonly Resolvers[] = [
		...(people === null ? [] : [identityResolvers(people)]),
		policyResolvers(policies),
		...(functions === null ? [] : [functionResolvers(functions.stage, functions.ask)]),
	];
	const typeNames = new Set(maps.flatMap((map) => Object.keys(map)));
	const resolvers = Object.fromEntries(
		[...typeNames].map((name) => [name, mergedResolvers(maps.flatMap((map) => map[name] ?? []))]),
	) as AddedResolvers;
	return joinSchemas(dataSchema, handWrittenSchema(dataSchema, resolvers), dataResolver(source));
}

type Resolvers = Readonly<Record<string, object>>;

/** The fields of one type from several maps; a scalar is the only one of its name. */
function mergedResolvers(found: readonly object[]): object {
	const [first] = found;
	return found.length === 1 && first !== undefined ? first : Object.assign({}, ...found);
}
