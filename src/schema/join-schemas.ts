// Takes the schema of the data and what is written by hand, gives one schema of both. Nothing is copied but the root types:
// graphql-js' own extendSchema makes every type anew, and with hundreds of tables all requests would wait for it.
import { addResolversToSchema } from "@graphql-tools/schema";
import {
	extendSchema,
	type GraphQLFieldResolver,
	GraphQLObjectType,
	GraphQLSchema,
	isIntrospectionType,
	isScalarType,
} from "graphql";
import { handWrittenExtension } from "./hand-written.ts";

export type AddedResolvers = Parameters<typeof addResolversToSchema>[0]["resolvers"];

/** The hand-written subschemas alone, with their resolvers, on the scalars of the data. */
export function handWrittenSchema(data: GraphQLSchema, resolvers: AddedResolvers): GraphQLSchema {
	const scalars = Object.values(data.getTypeMap()).filter(isScalarType);
	const empty = (name: string) => new GraphQLObjectType({ name, fields: {} });
	const bare = new GraphQLSchema({ query: empty("Query"), mutation: empty("Mutation"), types: scalars });
	const schema = extendSchema(bare, handWrittenExtension(bare), { assumeValidSDL: true });
	// Extending copies them. What stands under their names is what adding resolvers makes all the fields refer to.
	for (const scalar of scalars) schema.getTypeMap()[scalar.name] = scalar;
	return addResolversToSchema({ schema, resolvers, updateResolversInPlace: true });
}

/**
 * Joins both under one Query and one Mutation. The names of the data were made to leave the others' free.
 * @param resolve of every root field of the data
 */
export function joinSchemas<Context>(
	data: GraphQLSchema,
	handWritten: GraphQLSchema,
	resolve: GraphQLFieldResolver<unknown, Context>,
): GraphQLSchema {
	const root = (name: string, of: (schema: GraphQLSchema) => GraphQLObjectType | null | undefined) => {
		const own = Object.entries(of(data)?.toConfig().fields ?? {}).map(([key, field]) => [key, { ...field, resolve }]);
		return new GraphQLObjectType({
			name,
			fields: { ...Object.fromEntries(own), ...of(handWritten)?.toConfig().fields },
		});
	};
	const types = [data, handWritten].flatMap((schema) => {
		const roots = [schema.getQueryType(), schema.getMutationType()];
		return Object.values(schema.getTypeMap()).filter(
			(type) => !isIntrospectionType(type) && !roots.some((each) => each === type),
		);
	});
	return new GraphQLSchema({
		query: root("Query", (schema) => schema.getQueryType()),
		mutation: root("Mutation", (schema) => schema.getMutationType()),
		types,
		directives: handWritten.getDirectives(),
		// Checking every field took as long as making it; tests check what is made here.
		assumeValid: true,
	});
}
