// The subschemas that are written by hand, schema/*.graphql beside the generated data.graphql: their text for merging, and
// the names they hold, which no table may take from them.
import { readdirSync, readFileSync } from "node:fs";
import { type DocumentNode, Kind, parse } from "graphql";

const folder = new URL("../../schema/", import.meta.url);

const documents: readonly DocumentNode[] = readdirSync(folder)
	.filter((name) => name.endsWith(".graphql") && name !== "data.graphql")
	.sort()
	.map((name) => parse(readFileSync(new URL(name, folder), "utf8")));

/** Type definitions of every hand-written subschema. */
export const handWrittenSdl = (): DocumentNode[] => [...documents];

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
