// The subschemas that are written by hand, schema/*.graphql beside the generated data.graphql: their text for merging, and
// the names they hold, which no table may take from them.
import { readdirSync, readFileSync } from "node:fs";
import { type DefinitionNode, type DocumentNode, type GraphQLSchema, Kind, parse } from "graphql";

const folder = new URL("../../schema/", import.meta.url);

const documents: readonly DocumentNode[] = readdirSync(folder)
	.filter((name) => name.endsWith(".graphql") && name !== "data.graphql")
	.sort()
	.map((name) => parse(readFileSync(new URL(name, folder), "utf8")));

/**
 * What the hand-written subschemas add to a schema: their root fields as extensions of its root types, and their types but for
 * the scalars that it has already.
 */
export function handWrittenExtension(schema: GraphQLSchema): DocumentNode {
	const present = new Set(Object.keys(schema.getTypeMap()));
	const definitions: DefinitionNode[] = [];
	for (const definition of documents.flatMap((document) => document.definitions)) {
		if (definition.kind === Kind.SCALAR_TYPE_DEFINITION && present.has(definition.name.value)) continue;
		if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION || !isRoot(definition.name.value)) {
			definitions.push(definition);
			continue;
		}
		const { description: _, ...extension } = definition;
		if (present.has(definition.name.value)) {
			definitions.push({ ...extension, kind: Kind.OBJECT_TYPE_EXTENSION });
			continue;
		}
		// A database that nobody may write to has no Mutation of its own.
		present.add(definition.name.value);
		definitions.push(definition, ...parse("extend schema { mutation: Mutation }").definitions);
	}
	return { kind: Kind.DOCUMENT, definitions };
}

const isRoot = (name: string): boolean => name === "Query" || name === "Mutation";

/** Names of types and root fields that the hand-written subschemas hold. */
export const reservedNames = Object.freeze({
	types: namesOfTypes(),
	queries: fieldsOf("Query"),
	mutations: fieldsOf("Mutation"),
});

function namesOfTypes(): readonly string[] {
	return documents
		.flatMap(({ definitions }) => definitions)
		.flatMap((definition) => ("name" in definition && definition.name !== undefined ? [definition.name.value] : []));
}

function fieldsOf(type: string): readonly string[] {
	return documents
		.flatMap(({ definitions }) => definitions)
		.flatMap((definition) =>
			(definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.OBJECT_TYPE_EXTENSION) &&
			definition.name.value === type
				? (definition.fields ?? []).map((field) => field.name.value)
				: [],
		);
}
