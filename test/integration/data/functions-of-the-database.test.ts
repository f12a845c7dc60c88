// Functions of the database as queries and mutations: arguments and results of every kind, digits kept, overloads, names that
// mean something else, and what cannot be called and is listed instead.

import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { introspect } from "../../../src/schema/introspect.ts";
import { nameCatalog } from "../../../src/schema/name-catalog.ts";
import { type OwnApp, startOwnApp, tenantTable } from "../../support/own-app.ts";

let app: OwnApp;
beforeAll(async () => {
	app = await startOwnApp(`
		create schema api;
		grant usage on schema api to apprun_user;
		${tenantTable("api.items", "label text, tall boolean not null default false")}
		insert into api.items (tenant_id, id, label) select '11111111-1111-4111-8111-111111111111', n, 'item ' || n from generate_series(1, 5) n;
		create type api.mood as enum ('so-so', 'happy');
		create type api.pair as (big bigint, word text);
		create function api.big() returns bigint stable language sql return 9007199254740993;
		create function api.exact() returns numeric stable language sql return 1.50;
		create function api.huge() returns float8 stable language sql return 1e20;
		create function api.bigs() returns setof bigint stable language sql as 'values (9007199254740993), (2)';
		create function api.mood_of(moods api.mood[]) returns api.mood stable language sql return moods[1];
		create function api.mixed(xs int[], pair api.pair, day date default '2026-01-31') returns text[] stable language sql
			return array[xs[1]::text, pair.big::text, pair.word, day::text];
		create function api.pairs(many int) returns api.pair[] stable language sql
			return array(select (9007199254740990 + n, 'w' || n)::api.pair from generate_series(1, many) n);
		create function api.one_pair() returns api.pair stable language sql return row(9007199254740993, 'x')::api.pair;
		create function api.document() returns jsonb stable language sql return '{"n": 1.0, "list": [9007199254740993]}'::jsonb;
		create function api.nothing() returns text stable language sql return null::text;
		create function api.series(lo int, "limit" int default 9) returns table (n bigint, square numeric)
			stable language sql as 'select g, (g * g)::numeric from generate_series(lo, "limit") g';
		create function api.halves(x int, out low int, out high int) stable language sql as 'select x / 2, x - x / 2';
		create function api.rename_item(id int, label text) returns void language sql
			begin atomic update api.items i set label = rename_item.label where i.id = rename_item.id; end;
		create function api.find(word text) returns setof api.items stable language sql
			begin atomic select * from api.items where label like '%' || word || '%' order by id desc; end;
		create function api.find(word text, tall boolean) returns setof api.items stable language sql
			begin atomic select * from api.items where label like '%' || word || '%' and items.tall = find.tall; end;
		create function api.shout(item api.items) returns text stable language sql return upper(item.label);
		create function api.twin(x int) returns int stable language sql return x;
		create function api.twin(x text) returns int stable language sql return 1;
		create function api.unnamed(int) returns int stable language sql return $1;
		create function api.anything(x anyelement) returns anyelement stable language sql as 'select x';
		create function api.secret() returns int stable language sql return 1;
		comment on function api.secret() is '@omit';
		create function api.renamed() returns int stable language sql return 7;
		comment on function api.renamed() is E'@name luckyNumber\\nSeven.';
		grant execute on all functions in schema api to apprun_user;`);
});
afterAll(() => app?.stop());

/** Completed from its plan, and through graphql-js because of a field that is no data. */
async function bothWays(fields: string): Promise<Record<string, unknown>> {
	const planned = await app.ask(`{ ${fields} }`);
	const executed = await app.ask(`{ ${fields} me { __typename } }`);
	expect(planned.errors).toEqual([]);
	const { me: _me, ...rest } = executed.data;
	expect(JSON.stringify(rest)).toBe(JSON.stringify(planned.data));
	return planned.data;
}

test("values keep their digits, and every kind of argument arrives", async () => {
	expect(
		await bothWays(`
			big exact huge bigs nothing
			moodOf(moods: [SO_SO, happy])
			mixed(xs: [4, 5], pair: { big: "9007199254740993", word: "w" })
			pairs(many: 2) { big w: word __typename }
			onePair { word big }`),
	).toEqual({
		big: "9007199254740993",
		exact: "1.50",
		huge: 1e20,
		bigs: ["9007199254740993", "2"],
		nothing: null,
		moodOf: "SO_SO",
		mixed: ["4", "9007199254740993", "w", "2026-01-31"],
		pairs: [
			{ big: "9007199254740991", w: "w1", __typename: "Pair" },
			{ big: "9007199254740992", w: "w2", __typename: "Pair" },
		],
		onePair: { word: "x", big: "9007199254740993" },
	});
	expect(await bothWays("document")).toEqual({ document: { n: 1, list: [9007199254740993n].map(Number) } });
});

test("a function that gives a table is a list with everything that a list has", async () => {
	expect(
		await bothWays(`
			series(lo: 3, limitArgument: 8, where: { n: { gt: "4" } }, orderBy: [{ square: DESC }], limit: 2) { square }
			later: series(lo: 1, offset: 8) { n __typename }
			some: bigs(limit: 1, offset: 1)
			halves(x: 7) { high low }`),
	).toEqual({
		series: [{ square: "64" }, { square: "49" }],
		later: [{ n: "9", __typename: "SeriesRow" }],
		some: ["2"],
		halves: { high: 4, low: 3 },
	});
});

test("overloads that can be told apart are fields of their own; the one with fewer arguments has the plain name", async () => {
	expect(
		await bothWays(`
			find(word: "item", limit: 2) { id }
			findWithWordAndTall(word: "item", tall: true) { id }
			hidden: find(word: "item", where: { tall: { eq: false } }, orderBy: [{ label: ASC }], limit: 1) { id shout }`),
	).toEqual({
		find: [{ id: 5 }, { id: 4 }],
		findWithWordAndTall: [],
		hidden: [{ id: 1, shout: "ITEM 1" }],
	});
});

test("a function without a result answers true, under row level security as everything", async () => {
	const rename = 'mutation { renameItem(id: 1, label: "renamed") }';
	expect(await app.ask(rename, "globex")).toMatchObject({ errors: [], data: { renameItem: true } });
	expect((await app.ask("{ item(id: 1) { label } }")).data).toEqual({ item: { label: "item 1" } });
	expect(await app.ask(rename)).toMatchObject({ errors: [], data: { renameItem: true } });
	expect((await app.ask("{ item(id: 1) { label } }")).data).toEqual({ item: { label: "renamed" } });
});

test("a write gives computed fields of what it wrote, and a bulk write finds rows by them", async () => {
	const text = `mutation {
		createItem(input: { id: 9, label: "nine" }) { shout }
		updateItems(where: { shout: { eq: "NINE" } }, patch: { tall: true }) { id shout }
		deleteItem(id: 9) { shout }
	}`;
	expect(await app.ask(text)).toMatchObject({
		errors: [],
		data: { createItem: { shout: "NINE" }, updateItems: [{ id: 9, shout: "NINE" }], deleteItem: { shout: "NINE" } },
	});
});

test("comments rename, describe and hide functions", async () => {
	expect(await bothWays("luckyNumber")).toEqual({ luckyNumber: 7 });
	const { data } = await app.ask("{ __schema { queryType { fields { name description } } } }");
	const fields = data.__schema.queryType.fields as { name: string; description: string }[];
	expect(fields).toContainEqual({ name: "luckyNumber", description: "Seven." });
	expect(fields.map(({ name }) => name)).not.toContain("secret");
});

test("what cannot be called is listed with its reason, and in no schema", async () => {
	const client = new Client({ connectionString: app.database });
	await client.connect();
	const catalog = await introspect(client, ["api"]);
	await client.end();
	const { collisions, queries } = nameCatalog(catalog, { tenantColumn: "tenant_id", tablesWithoutRls: "refuse" });
	const listed = collisions.filter((line) => line.startsWith("function"));
	expect(listed).toEqual([
		expect.stringContaining("function api.anything(x anyelement): nobody can tell what anyelement is"),
		expect.stringContaining("function api.unnamed(int4): an argument has no name"),
		expect.stringContaining("function api.twin(x): PostgREST cannot tell it from api.twin(x)"),
		expect.stringContaining("function api.twin(x): PostgREST cannot tell it from api.twin(x)"),
	]);
	for (const name of ["anything", "unnamed", "twin", "secret"]) expect(queries.has(name)).toBe(false);
});
