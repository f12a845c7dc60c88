// The merged schema: the generated data schema and the hand-written subschemas, each with its resolvers.
import { addResolversToSchema } from "@graphql-tools/schema";
import { type DefinitionNode, type DocumentNode, extendSchema, type GraphQLSchema, Kind, parse } from "graphql";
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
	const schema = extendSchema(from.dataSchema, besideData(from.dataSchema), { assumeValidSDL: true });
	const all = [
		dataResolvers(from.model, from.source),
		...(from.people === null ? [] : [identityResolvers(from.people)]),
		policyResolvers(from.policies),
		...(from.functions === null ? [] : [functionResolvers(from.functions.stage, from.functions.ask)]),
	];
	for (const resolvers of all) addResolversToSchema({ schema, resolvers, updateResolversInPlace: true });
	return schema;
}

/**
 * The hand-written types as an extension: of root types that are there, and without scalars that are. Merging by SDL would
 * print, parse and build every type of the data again, which takes seconds where there are hundreds of tables.
 */
function besideData(dataSchema: GraphQLSchema): DocumentNode {
	const noMutation = parse("type Mutation extend schema { mutation: Mutation }").definitions;
	const scalars = new Set(Object.keys(dataSchema.getTypeMap()));
	const handWritten = handWrittenSdl().flatMap(({ definitions }) => definitions);
	const definitions = handWritten.flatMap((definition): DefinitionNode[] => {
		switch (definition.kind) {
			case Kind.OBJECT_TYPE_DEFINITION: {
				const isRoot = ["Query", "Mutation"].includes(definition.name.value);
				return [isRoot ? { ...definition, kind: Kind.OBJECT_TYPE_EXTENSION } : definition];
			}
			case Kind.SCALAR_TYPE_DEFINITION: {
				if (scalars.has(definition.name.value)) return [];
				scalars.add(definition.name.value);
				return [definition];
			}
			default:
				return [definition];
		}
	});
	return { kind: Kind.DOCUMENT, definitions: [...(dataSchema.getMutationType() ? [] : noMutation), ...definitions] };
}
