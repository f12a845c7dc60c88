// What counts as the same rows, and that a comparison of other rows is refused with both answers in sight.
import { describe, expect, test } from "vitest";
import { compareWays } from "../../../src/postgraphile/compare-ways.ts";
import { questions } from "../../../src/postgraphile/questions.ts";
import { NoRows, rowsOf } from "../../../src/postgraphile/rows-of.ts";
import type { OpenWay, WayName } from "../../../src/postgraphile/ways.ts";

const [list] = questions({ tenantId: "t", productId: "p", categoryId: "c" });
const asked = list === undefined ? [] : [list];

const way = (name: WayName, body: string): OpenWay => ({
	name,
	url: "http://way.test",
	socketPath: null,
	token: "",
	ask: async () => body,
	close: async () => {},
});

const apprun = way("apprun", '{"data":{"products":[{"name":"a","reviews":[{"rating":1}]}]}}');
const postgraphile = '{"data":{"products":{"nodes":[{"name":"a","reviews":{"nodes":[{"rating":1}]}}]}}}';

test("the same rows in three forms are the same", async () => {
	const ways = [apprun, way("postgraphile", postgraphile), way("postgrest", '[{"name":"a","reviews":[{"rating":1}]}]')];
	const compared = await compareWays(ways, asked, { runs: 1, counter: null });
	expect(compared.map(({ rows, statements }) => [rows, statements])).toEqual([
		[1, null],
		[1, null],
		[1, null],
	]);
});

test.each([
	["another value", '[{"name":"b","reviews":[{"rating":1}]}]'],
	["a number where there was text", '[{"name":"a","reviews":[{"rating":"1"}]}]'],
	["a row more", '[{"name":"a","reviews":[{"rating":1}]},{"name":"a","reviews":[]}]'],
	["a column less", '[{"name":"a"}]'],
])("refuses %s", async (_what, body) => {
	await expect(compareWays([apprun, way("postgrest", body)], asked, { runs: 1, counter: null })).rejects.toThrow(
		/^list: apprun and postgrest give other rows\.\napprun: .*"a".*\npostgrest: /,
	);
});

test("refuses to compare nothing", async () => {
	const empty = way("apprun", '{"data":{"products":[]}}');
	await expect(compareWays([empty], asked, { runs: 1, counter: null })).rejects.toThrow("there is nothing to compare");
});

describe("rows of an answer", () => {
	test("a row by its key is a list of one", () => {
		expect(rowsOf('{"data":{"product":{"id":1,"name":"a"}}}')).toEqual([{ id: 1, name: "a" }]);
	});
	test("the payload of a mutation is not a row", () => {
		expect(rowsOf('{"data":{"created":{"product":{"name":"a"}}}}')).toEqual([{ name: "a" }]);
	});
	test.each(['{"errors":[{"message":"no"}],"data":null}', '{"data":null}', "Bad Gateway"])("%s has none", (body) => {
		expect(() => rowsOf(body)).toThrow(NoRows);
	});
});
