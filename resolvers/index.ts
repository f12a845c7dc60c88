// The merged schema: the generated data schema and the hand-written subschemas, each with its resolvers.
import { readFileSync } from "node:fs";
import { mergeSchemas } from "@graphql-tools/schema";
import type { GraphQLSchema } from "graphql";
import type { DataModel } from "../src/schema/model.ts";
import type { Source } from "../src/source/source.ts";
import { dataResolvers } from "./data.ts";
import { type PolicyAdministration, policyResolvers } from "./policies.ts";

const readSdl = (name: string) => readFileSync(new URL(`../schema/${name}.graphql`, import.meta.url), "utf8");

/** Merges the subschemas. The data schema's names were made to leave the others' free. */
export function mergeSubschemas(from: {
	readonly dataSchema: GraphQLSchema;
	readonly model: DataModel;
	readonly source: Source;
	readonly policies: PolicyAdministration;
}): GraphQLSchema {
	return mergeSchemas({
		schemas: [from.dataSchema],
		typeDefs: [readSdl("authorization"), readSdl("policies")],
		resolvers: [dataResolvers(from.model, from.source), policyResolvers(from.policies)],
	});
}
