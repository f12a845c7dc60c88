// Schema → examples for GraphiQL: whatever the tables, each example is valid and shows what the schema offers.
import { buildSchema, parse, print, validate } from "graphql";
import { expect, test } from "vitest";
import { exampleOperations } from "../../../src/server/graphiql/examples.ts";

const shop = buildSchema(`
	scalar UUID scalar Decimal scalar DateTime
	type Category { id: UUID! name: String! }
	type Review { id: UUID! rating: Int! title: String }
	type Product { id: UUID! tenantId: UUID! createdAt: DateTime! name: String! price: Decimal
		category: Category reviews(limit: Int): [Review!]! }
	input StringFilter { ilike: String }
	input ProductFilter { name: StringFilter }
	enum Direction { ASC DESC }
	input ProductOrder { name: Direction }
	input ProductInput { name: String! price: Decimal }
	type Query {
		categories(limit: Int): [Category!]!
		products(where: ProductFilter, orderBy: [ProductOrder!], limit: Int): [Product!]!
		product(id: UUID!): Product
	}
	type Mutation { createProduct(input: ProductInput!): Product! }
`);

test("a list, a nested read, a key, a write", () => {
	const [list, nested, key, create] = exampleOperations(shop);
	expect(print(parse(list?.query ?? ""))).toContain('where: {name: {ilike: "%a%"}}, orderBy: [{name: ASC}], limit: 5');
	expect(nested?.query).toMatch(/category \{\s+id\s+name\s+\}\s+reviews\(limit: 2\)/);
	expect(key?.query).toContain("query ByKey($id: UUID!)");
	expect(Object.keys(JSON.parse(key?.variables ?? ""))).toEqual(["id"]);
	expect(create?.query).toContain("mutation Create($input: ProductInput!)");
	expect(JSON.parse(create?.variables ?? "")).toEqual({ input: { name: "Example name" } });
});

test("every example is valid and begins with a word to the reader", () => {
	const examples = exampleOperations(shop);
	expect(examples).toHaveLength(4);
	for (const { query } of examples) {
		expect(validate(shop, parse(query))).toEqual([]);
		expect(query).toMatch(/^# \w/);
		// What fits beside the answer on a small screen.
		expect(Math.max(...query.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(60);
	}
});

test.each([
	["a schema without tables", "type Query { ping: String }", 0],
	["one table that can only be listed", "type T { a: Int } type Query { ts(limit: Int): [T!]! }", 1],
	[
		"a list whose filter is of another make",
		"input F { x: Int } type T { a: String } type Query { ts(where: F, limit: Int): [T!]! }",
		0,
	],
	[
		"a table that needs more than text",
		"type T { a: Int } input I { a: Int! } type Query { ts(limit: Int): [T!]! } type Mutation { createT(input: I!): T! }",
		1,
	],
])("%s", (_name, sdl, count) => {
	const schema = buildSchema(sdl);
	const examples = exampleOperations(schema);
	expect(examples).toHaveLength(count);
	for (const { query } of examples) expect(validate(schema, parse(query))).toEqual([]);
});
