// Takes the data schema, gives its SDL in a stable order: the same database prints the same text.
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from "graphql";

/** SDL of the data schema, with a banner. */
export function printDataSchema(schema: GraphQLSchema): string {
	return `# Generated from the database by \`npm run schema:write\`. Do not edit.\n\n${printSchema(lexicographicSortSchema(schema))}\n`;
}
