// Joining the data's schema with what is written by hand gives what graphql-js' own extension gives, without copies.
import {
	buildSchema,
	extendSchema,
	type GraphQLFieldConfigArgumentMap,
	type GraphQLFieldResolver,
	GraphQLInputObjectType,
	GraphQLInt,
	GraphQLList,
	GraphQLObjectType,
	type GraphQLOutputType,
	GraphQLSchema,
	lexicographicSortSchema,
	printSchema,
	validateSchema,
} from "graphql";
import { expect, test } from "vitest";
import { handWrittenExtension } from "../../../src/schema/hand-written.ts";
import { handWrittenSchema, joinSchemas } from "../../../src/schema/join-schemas.ts";
import { settleTypes } from "../../../src/schema/settle-types.ts";

const scalars = "scalar JSON scalar DateTime";
const resolve: GraphQLFieldResolver<unknown, unknown> = () => null;
const join = (data: GraphQLSchema) => joinSchemas(data, handWrittenSchema(data, {}), resolve);
const sorted = (schema: GraphQLSchema) => printSchema(lexicographicSortSchema(schema));

test.each([
	["a database", `${scalars} type Query { rows(at: DateTime): [Row!]! } type Row { a: JSON } type Mutation { b: Row }`],
	["one that nobody may write to", "type Query { rows: [Row!]! } type Row { a: Int }"],
])("%s: the same schema as by extending it, and a valid one", (_name, sdl) => {
	const data = buildSchema(sdl);
	const joined = join(data);
	const extended = extendSchema(data, handWrittenExtension(data));
	expect(sorted(joined)).toBe(sorted(extended));
	expect(validateSchema(new GraphQLSchema({ ...joined.toConfig(), assumeValid: false }))).toEqual([]);
	expect(joined.getType("Row")).toBe(data.getType("Row"));
});

test("the resolver stands at the data's root fields, in the joined schema alone", () => {
	const data = buildSchema("type Query { rows: Int } type Mutation { create: Int }");
	const joined = join(data);
	expect(joined.getQueryType()?.getFields()["rows"]?.resolve).toBe(resolve);
	expect(joined.getMutationType()?.getFields()["create"]?.resolve).toBe(resolve);
	expect(joined.getQueryType()?.getFields()["myPermissions"]?.resolve).toBeUndefined();
	expect(data.getQueryType()?.getFields()["rows"]?.resolve).toBeUndefined();
});

test("settling makes the fields of all that a type leads to", async () => {
	const made: string[] = [];
	const fields = (name: string, type: GraphQLOutputType, args: GraphQLFieldConfigArgumentMap = {}) => ({
		name,
		fields: () => {
			made.push(name);
			return { field: { type, args } };
		},
	});
	const deep = new GraphQLObjectType(fields("Deep", GraphQLInt));
	const input = new GraphQLInputObjectType({
		name: "Input",
		fields: () => {
			made.push("Input");
			return { field: { type: GraphQLInt } };
		},
	});
	const query = new GraphQLObjectType(fields("Query", new GraphQLList(deep), { where: { type: input } }));
	await settleTypes([query]);
	expect(made.sort()).toEqual(["Deep", "Input", "Query"]);
});
