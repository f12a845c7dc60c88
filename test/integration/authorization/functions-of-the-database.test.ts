// Calling a function of the database needs the right to the function and, for rows of a table, to each of their columns; a
// computed field is a call, too, wherever it is named.
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import { acme, askAs } from "../../support/ask-as.ts";
import { query } from "../../support/database.ts";
import { type GraphqlBody, type OpenApp, openApp } from "../../support/open-app.ts";
import { sentDuring } from "../../support/sent-requests.ts";

let app: OpenApp;
const tenant = acme().tenantId;
beforeAll(async () => {
	app = await openApp();
	// Who may search, see names and ids of products, and nothing computed.
	await query(
		inject("stack").database,
		`insert into apprun.casbin_rule (ptype, v0, v1, v2, v3, v4) values
			('p', 'role:searcher', '${tenant}', 'rpc:api/search_products', 'execute', 'allow'),
			('p', 'role:searcher', '${tenant}', 'data:api/products', 'select', 'allow'),
			('p', 'role:searcher', '${tenant}', 'data:api/products/id', 'select', 'allow'),
			('p', 'role:searcher', '${tenant}', 'data:api/products/name', 'select', 'allow')`,
	);
	await vi.waitFor(async () => expect((await ask({ query: "{ products(limit: 1) { id } }" })).errors).toEqual([]));
});
afterAll(async () => {
	await query(inject("stack").database, "delete from apprun.casbin_rule where v0 = 'role:searcher'");
	await app.close();
});

const ask = (body: GraphqlBody) => askAs(app, acme("searcher"), body);
const restock = 'restockProduct(productId: "11111111-0000-4000-8000-000000000000", units: "1")';

test.each<[string, GraphqlBody]>([
	["a function", { query: `mutation { ${restock} { id } }` }],
	["a column of a function's rows", { query: '{ searchProducts(query: "wok") { id price } }' }],
	[
		"a column in a filter of a function's rows",
		{ query: '{ searchProducts(query: "wok", where: { price: { gt: "1" } }) { id } }' },
	],
	[
		"a column in a filter, by variable",
		{
			query: 'query ($where: ProductFilter) { searchProducts(query: "wok", where: $where) { id } }',
			variables: { where: { or: [{ name: { eq: "x" } }, { not: { sku: { isNull: true } } }] } },
		},
	],
	[
		"a column in an order of a function's rows",
		{ query: '{ searchProducts(query: "wok", orderBy: [{ price: ASC }]) { id } }' },
	],
	["a relation of a function's rows", { query: '{ searchProducts(query: "wok") { category { name } } }' }],
	["a computed field of a function's rows", { query: '{ searchProducts(query: "wok") { averageRating } }' }],
	["a computed field", { query: "{ products { averageRating } }" }],
	["a computed field under another name", { query: "{ products { id: averageRating } }" }],
	["a computed field in a filter", { query: '{ products(where: { averageRating: { gt: "4" } }) { id } }' }],
	["a computed field in an order", { query: "{ products(orderBy: [{ averageRating: ASC }]) { id } }" }],
])("refused: %s", async (_name, body) => {
	const { outcome, requests } = await sentDuring(() => ask(body));
	expect(outcome).toMatchObject({ status: 403, data: null, errors: [{ extensions: { code: "FORBIDDEN" } }] });
	expect(requests).toEqual([]);
});

test("allowed: what it may, in any part of a call", async () => {
	const text =
		'{ searchProducts(query: "wok", where: { name: { like: "%Wok" } }, orderBy: [{ name: ASC }], limit: 1) { id name } }';
	expect(await ask({ query: text })).toMatchObject({ status: 200, errors: [] });
});

test("a function takes nobody into another tenant", async () => {
	const [theirs] = await query<{ id: string; stock_units: string }>(
		inject("stack").database,
		"select id, stock_units from api.products where tenant_id = '22222222-2222-4222-8222-222222222222' order by id limit 1",
	);
	const { data, errors } = await askAs(app, acme("owner"), {
		query: 'mutation ($id: UUID!) { restockProduct(productId: $id, units: "1000") { id } }',
		variables: { id: theirs?.id },
	});
	expect({ data, errors }).toEqual({ data: { restockProduct: null }, errors: [] });
	const after = await query(inject("stack").database, "select id, stock_units from api.products where id = $1", [
		theirs?.id,
	]);
	expect(after).toEqual([theirs]);
});
