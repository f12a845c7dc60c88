// The merged schema: the generated data schema and the hand-written subschemas, each with its resolvers.
import { mergeSchemas } from "@graphql-tools/schema";
import type { GraphQLSchema } from "graphql";
import type { DataModel } from "../src/schema/model.ts";
import type { Source } from "../src/source/source.ts";
import { dataResolvers } from "./data.ts";

/** Merges the subschemas. The data schema's names were made to leave the others' free. */
export function mergeSubschemas(from: {
	readonly dataSchema: GraphQLSchema;
	readonly model: DataModel;
	readonly source: Source;
}): GraphQLSchema {
	return mergeSchemas({ schemas: [from.dataSchema], resolvers: [dataResolvers(from.model, from.source)] });
}
