// The merged schema: the generated data schema and the hand-written subschemas, each with its resolvers.
import { addResolversToSchema } from "@graphql-tools/schema";
import { extendSchema, type GraphQLSchema } from "graphql";
import type { Functions } from "../src/functions/functions.ts";
import type { People } from "../src/identity/people.ts";
import type { AskAsCaller } from "../src/operation/ask-as-caller.ts";
import { handWrittenExtension } from "../src/schema/hand-written.ts";
import type { DataModel } from "../src/schema/model.ts";
import type { Source } from "../src/source/source.ts";
import { dataResolvers } from "./data.ts";
import { functionResolvers } from "./functions.ts";
import { identityResolvers } from "./identity.ts";
import { type PolicyAdministration, policyResolvers } from "./policies.ts";

/** Merges the subschemas. The data schema's names were made to leave the others' free. */
export function mergeSubschemas(from: {
	readonly dataSchema: GraphQLSchema;
	readonly model: DataModel;
	readonly source: Source;
	/** Null, like functions: the schema is only looked at. */
	readonly people: People | null;
	readonly policies: PolicyAdministration;
	/** `ask` runs what a function asks GraphQL, as the function's caller. */
	readonly functions: { readonly stage: Functions; readonly ask: AskAsCaller } | null;
}): GraphQLSchema {
	const { dataSchema, model, source, people, policies, functions } = from;
	// graphql-js extends a schema in a fraction of the time in which @graphql-tools prints, parses and builds it anew.
	const schema = extendSchema(dataSchema, handWrittenExtension(dataSchema), { assumeValidSDL: true });
	const maps: readonly Resolvers[] = [
		dataResolvers(model, source),
		...(people === null ? [] : [identityResolvers(people)]),
		policyResolvers(policies),
		...(functions === null ? [] : [functionResolvers(functions.stage, functions.ask)]),
	];
	const typeNames = new Set(maps.flatMap((map) => Object.keys(map)));
	const resolvers = Object.fromEntries(
		[...typeNames].map((name) => [name, mergedResolvers(maps.flatMap((map) => map[name] ?? []))]),
	) as AddedResolvers;
	return addResolversToSchema({ schema, resolvers, updateResolversInPlace: true });
}

type Resolvers = Readonly<Record<string, object>>;
type AddedResolvers = Parameters<typeof addResolversToSchema>[0]["resolvers"];

/** The fields of one type from several maps; a scalar is the only one of its name. */
function mergedResolvers(found: readonly object[]): object {
	const [first] = found;
	return found.length === 1 && first !== undefined ? first : Object.assign({}, ...found);
}
