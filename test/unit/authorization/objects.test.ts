// Objects and patterns: what covers what. A segment is a whole step of a path, and no name can pose as a deeper one.
import fc from "fast-check";
import { expect, test } from "vitest";
import {
	columnObject,
	functionObject,
	objectMatches,
	parseDataObject,
	patternsCovering,
	rpcObject,
	tableObject,
} from "../../../src/authorization/object.ts";
import { tenantName } from "../../../src/authorization/rule.ts";

test.each([
	["data:api/products", "data:api/products", true],
	["data:api/products", "*", true],
	["data:api/products", "data:*", true],
	["data:api/products", "data:api/*", true],
	["data:api/products/price", "data:api/*", true],
	["data:api/products/price", "data:api/products/*", true],
	["data:api/products", "data:api/products/*", false],
	["data:api/products_secret", "data:api/products/*", false],
	["data:api/products_secret", "data:api/products", false],
	["data:api2/products", "data:api/*", false],
	["data:api/", "data:api/*", false],
	["data:api/products", "data:api/p*", false],
	["data:api/products/price", "data:*/price", false],
	["data:api/products/price", "data:api/*/price", false],
	["database:x", "data:*", false],
	["function:resize", "function:*", true],
	["function:", "function:*", false],
	["", "*", true],
	["", "", true],
	// As when asking whether somebody holds all that a pattern covers.
	["data:api/*", "data:*", true],
	["data:*", "data:api/*", false],
	["*", "data:*", false],
])("%s is covered by %s: %s", (object, pattern, covered) => {
	expect(objectMatches(object, pattern)).toBe(covered);
});

const anyName = fc.oneof(fc.string(), fc.constantFrom("a/b", "*", "a:*", "a/*", "a%2Fb", "../x", "a,b", "'", '"', "ü"));

test("no two tables, columns or functions share an object, whatever they are called", () => {
	fc.assert(
		fc.property(
			fc.array(anyName, { minLength: 3, maxLength: 3 }),
			fc.array(anyName, { minLength: 3, maxLength: 3 }),
			(a, b) => {
				const objects = ([schema = "", name = "", column = ""]: string[]) => [
					tableObject({ schema, name }),
					columnObject({ schema, name }, column),
					rpcObject({ schema, name }),
					functionObject(name),
				];
				const same = a.join("\0") === b.join("\0");
				const [left, right] = [objects(a), objects(b)];
				if (!same && a.every((text) => text.isWellFormed()) && b.every((text) => text.isWellFormed()))
					expect(left[1] === right[1]).toBe(false);
				expect(new Set(left).size).toBe(4);
				for (const object of left) expect(object).not.toMatch(/[\s,"*]/);
			},
		),
	);
});

test("a table's object tells the table again", () => {
	fc.assert(
		fc.property(
			fc.string({ unit: "grapheme" }),
			fc.string({ unit: "grapheme" }),
			fc.string({ unit: "grapheme" }),
			(schema, name, column) => {
				expect(parseDataObject(columnObject({ schema, name }, column))).toEqual({ schema, table: name, column });
				expect(parseDataObject(tableObject({ schema, name }))).toEqual({ schema, table: name, column: null });
			},
		),
	);
});

test("the index asks for every pattern that covers an object, and for no other", () => {
	const anyPath = fc
		.array(fc.constantFrom("a", "b", "*"), { minLength: 1, maxLength: 4 })
		.chain((steps) => fc.constantFrom(`data:${steps.join("/")}`, `function:${steps[0]}`, steps.join("/")));
	fc.assert(
		fc.property(anyPath, anyPath, (object, pattern) => {
			expect(patternsCovering(object).includes(pattern)).toBe(objectMatches(object, pattern));
		}),
		{ numRuns: 2000 },
	);
});

test.each([
	"",
	"*",
	"none",
	"acme",
	"11111111-1111-4111-8111-11111111111",
	" 11111111-1111-4111-8111-111111111111",
	"11111111-1111-4111-8111-111111111111\n",
])("%j is no tenant", (text) => {
	expect(tenantName(text)).toBeNull();
});

test("a tenant is the same in whatever case it is written", () => {
	expect(tenantName("ABCDEF00-1111-4111-8111-111111111111")).toBe("abcdef00-1111-4111-8111-111111111111");
});
