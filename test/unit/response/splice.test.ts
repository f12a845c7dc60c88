// Cutting an answer out of the database's text gives the bytes that making values of it gives, for whatever rows hold; and
// it leaves alone what it cannot cut.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anonymous } from "../../../src/identity/principal.ts";
import { createCursors } from "../../../src/plan/cursor.ts";
import type { ColumnDecoding, SelectedField, SelectNode } from "../../../src/plan/nodes.ts";
import { completeText, completeValue } from "../../../src/response/complete.ts";
import { splice } from "../../../src/response/splice.ts";

/** No selection here asks for a cursor. */
const cursors = createCursors("secret")(anonymous);

const select = (...fields: SelectedField[]): SelectNode => ({
	kind: "select",
	fields,
	presence: null,
	verbatim: "never",
});
const column = (key: string, as = key, decoding: ColumnDecoding = { kind: "verbatim" }): SelectedField => ({
	...{ kind: "column", key, as, column: as, cast: null, decoding },
});
const typename: SelectedField = { kind: "typename", key: "__typename", typeName: "Review" };

function embed(key: string, cardinality: "one" | "many", inner: SelectNode): SelectedField {
	const target = { schema: "api", name: key };
	return {
		...{ kind: "embed", key, as: key, target, hint: null, self: false, cardinality, select: inner },
		...{ where: null, order: [], limit: null, offset: 0 },
	} as SelectedField;
}

type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

/** As Postgres writes jsonb: keys by length and then bytes, a blank behind colon and comma. */
function jsonb(value: Value): string {
	if (typeof value !== "object" || value === null) return JSON.stringify(value);
	if (Array.isArray(value)) return `[${value.map(jsonb).join(", ")}]`;
	const entries = Object.entries(value as Record<string, Value>).sort(([one], [other]) =>
		one.length === other.length ? (one < other ? -1 : 1) : one.length - other.length,
	);
	return `{${entries.map(([key, member]) => `${JSON.stringify(key)}: ${jsonb(member)}`).join(", ")}}`;
}

/** As Postgres writes a row with relations in it. */
function row(value: Readonly<Record<string, Value>>): string {
	return `{${Object.entries(value)
		.map(([key, member]) => `${JSON.stringify(key)}:${jsonb(member)}`)
		.join(",")}}`;
}

const tricky = fc.string({ unit: fc.constantFrom(...'"\\{}[],: \n\u0001é€😀ab') });
const scalar = fc.oneof(tricky, fc.integer(), fc.boolean(), fc.constant(null));
const review = fc.record({ id: scalar, rating: scalar, body: tricky });
const product = fc.record({
	zed: scalar,
	name: tricky,
	maker: fc.option(review),
	reviews: fc.array(review, { maxLength: 3 }),
});

const reviewShape = select(column("rating"), typename, column("text", "body"), column("id"));
const shape = select(
	...[column("name"), embed("reviews", "many", reviewShape), column("zed"), embed("maker", "one", reviewShape)],
);

describe("an answer that is cut out", () => {
	it("has the bytes of one that is made of values", () => {
		fc.assert(
			fc.property(fc.array(product, { maxLength: 3 }), (products) => {
				const json = `[${products.map(row).join(",")}]`;
				const cut = splice(shape, json);
				expect(cut).not.toBeNull();
				expect(cut).toBe(JSON.stringify(completeValue({ json, select: shape }, cursors)));
			}),
		);
	});

	it("may be one row, or none", () => {
		const json = row({ name: "a", zed: 1, maker: null, reviews: [] });
		expect(splice(shape, json)).toBe('{"name":"a","reviews":[],"zed":1,"maker":null}');
		expect(completeText({ json: "null", select: shape }, cursors)).toBe("null");
	});

	it("has the empty list for rows that there are not", () => {
		expect(splice(shape, '[{"name":"a","reviews":null,"zed":1}]')).toBe(
			'[{"name":"a","reviews":[],"zed":1,"maker":null}]',
		);
	});

	it("goes on when a row has its members in another order", () => {
		const inner = select(column("a"), column("b"));
		expect(splice(inner, '[{"a":1,"b":2},{"b":4,"a":3},{"a":5,"b":6}]')).toBe(
			'[{"a":1,"b":2},{"a":3,"b":4},{"a":5,"b":6}]',
		);
	});
});

describe("left to who makes values", () => {
	it.each([
		["an array in a column", select(column("a")), '[{"a":[1, 2]}]'],
		["an object in a column", select(column("a")), '[{"a":{"b": 1}}]'],
		["a json column", select(column("a", "a", { kind: "json" })), '[{"a":1}]'],
		["an enum with names of its own", select(column("a", "a", { kind: "enum", names: {} })), '[{"a":"x"}]'],
		["a member that nobody asked for", select(column("a")), '[{"b":1}]'],
		["a member for two fields", select(column("a"), column("b", "a")), '[{"a":1}]'],
		["a value where a row should be", shape, "[1]"],
		["no rows at all", shape, "null"],
		["text that ends too early", shape, '[{"name":"a'],
	])("is %s", (_name, node, json) => {
		expect(splice(node, json)).toBeNull();
	});
});
