// The merged schema: the generated data schema and the hand-written subschemas, each with its resolvers.
import { mergeSchemas } from "@graphql-tools/schema";
import type { GraphQLSchema } from "graphql";
import type { Functions } from "../src/functions/functions.ts";
import type { People } from "../src/identity/people.ts";
import type { AskAsCaller } from "../src/operation/ask-as-caller.ts";
import { handWrittenSdl } from "../src/schema/hand-written.ts";
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
	return mergeSchemas({
		schemas: [from.dataSchema],
		typeDefs: handWrittenSdl(),
		resolvers: [
			dataResolvers(from.model, from.source),
			...(from.people === null ? [] : [identityResolvers(from.people)]),
			policyResolvers(from.policies),
			...(from.functions === null ? [] : [functionResolvers(from.functions.stage, from.functions.ask)]),
		],
	});
}
