// The merged schema: the generated data schema and the hand-written subschemas, each with its resolvers.
import { mergeSchemas } from "@graphql-tools/schema";
import type { GraphQLSchema } from "graphql";
import type { Subschema } from "../src/federation/read-subschema.ts";
import type { People } from "../src/identity/people.ts";
import type { DataModel } from "../src/schema/model.ts";
import type { Source } from "../src/source/source.ts";
import { dataResolvers } from "./data.ts";
import { identityResolvers } from "./identity.ts";

/** Merges the subschemas. The data schema's names were made to leave the others' free. */
export function mergeSubschemas(from: {
	readonly dataSchema: GraphQLSchema;
	readonly model: DataModel;
	readonly source: Source;
	readonly subschemas: { readonly identity: Subschema };
	readonly people: People;
}): GraphQLSchema {
	return mergeSchemas({
		schemas: [from.dataSchema],
		typeDefs: [from.subschemas.identity.typeDefs],
		resolvers: [dataResolvers(from.model, from.source), identityResolvers(from.people)],
	});
}
