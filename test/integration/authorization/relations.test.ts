// A relation needs the right to its target, to the columns that it compares, and to the join table it goes through.
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import { acme, askAs, reasonOf } from "../../support/ask-as.ts";
import { query } from "../../support/database.ts";
import { type OpenApp, openApp } from "../../support/open-app.ts";
import { sentDuring } from "../../support/sent-requests.ts";

const tenant = acme().tenantId;
const rules = [
	"data:api/products",
	"data:api/products/id",
	"data:api/products/name",
	"data:api/categories",
	"data:api/categories/name",
	"data:api/tags",
	"data:api/tags/id",
	"data:api/tags/name",
];

let app: OpenApp;
beforeAll(async () => {
	app = await openApp();
	await query(
		inject("stack").database,
		`insert into apprun.casbin_rule (ptype, v0, v1, v2, v3, v4)
		select 'p', 'role:narrow', $1, object, 'select', 'allow' from unnest($2::text[]) as object`,
		[tenant, rules],
	);
	await query(inject("stack").database, "insert into apprun.policy_role (dom, name) values ($1, 'narrow')", [tenant]);
	await vi.waitFor(async () => expect((await ask("{ products(limit: 1) { name } }")).errors).toEqual([]));
});
afterAll(async () => {
	await query(inject("stack").database, "delete from apprun.casbin_rule where v0 = 'role:narrow'");
	await query(inject("stack").database, "delete from apprun.policy_role where name = 'narrow'");
	await app.close();
});

const ask = (text: string) => askAs(app, acme("narrow"), text);

test.each([
	["a target that may not be seen", "{ products { reviews { __typename } } }", "data:api/reviews"],
	["a column that the relation compares", "{ products { category { name } } }", "data:api/products/category_id"],
	["the other end of that comparison", "{ categories { products { name } } }", "data:api/products/category_id"],
	["a join table", "{ products { tags { name } } }", "data:api/product_tags"],
	["a join table, from its other side", "{ tags { products { name } } }", "data:api/product_tags"],
	["whether there is a related row", "{ products(where: { reviews: { some: {} } }) { name } }", "data:api/reviews"],
	["whether there is none", "{ products(where: { not: { reviews: { none: {} } } }) { name } }", "data:api/reviews"],
	["a filter that every row meets", "{ products(where: { reviews: { every: {} } }) { name } }", "data:api/reviews"],
	["how many rows there are", "{ reviewsConnection { totalCount } }", "data:api/reviews"],
	["whether there is a row", "{ reviewsConnection(first: 0) { pageInfo { hasNextPage } } }", "data:api/reviews"],
	["how many rows an aggregate has", "{ reviewsAggregate { count } }", "data:api/reviews"],
	["how many related rows there are", "{ products { reviewsAggregate { count } } }", "data:api/reviews"],
	["how many there are through a join table", "{ products { tagsAggregate { count } } }", "data:api/product_tags"],
	[
		"a group by a column that the relation compares",
		"{ productsAggregate(groupBy: [category_name]) { count } }",
		"data:api/products/category_id",
	],
	["a filter through a join table", "{ products(where: { tags: { some: {} } }) { name } }", "data:api/product_tags"],
	[
		"a filter that compares a column",
		'{ products(where: { category: { name: { eq: "x" } } }) { name } }',
		"data:api/products/category_id",
	],
	[
		"an order that compares a column",
		"{ products(orderBy: [{ category: { name: ASC } }]) { name } }",
		"data:api/products/category_id",
	],
])("refused: %s", async (_name, text, object) => {
	const { outcome, requests } = await sentDuring(() => ask(text));
	expect(outcome).toMatchObject({ status: 403, errors: [{ extensions: { code: "FORBIDDEN" } }] });
	expect(reasonOf(outcome).suggestions.join("\n")).toContain(`object: "${object}"`);
	expect(requests).toEqual([]);
});

test("the reason names everything that has to change, so that one answer is enough", async () => {
	const text = "{ products(limit: 1) { name category { name } } }";
	const { suggestions } = reasonOf(await ask(text));
	expect(suggestions).toHaveLength(2);
	for (const suggestion of suggestions) {
		const [, input] = /^Allow it: addAccessRule\(input: (.*)\)\.$/.exec(suggestion) ?? [];
		const change = await askAs(app, acme("admin"), `mutation { addAccessRule(input: ${input}) { object } }`);
		expect(change.errors).toEqual([]);
	}
	expect(await ask(text)).toMatchObject({ status: 200, errors: [] });
});
