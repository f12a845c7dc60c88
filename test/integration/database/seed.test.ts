// The demo: the same bytes in every database, of the size that the benchmark counts on, and never put over other data.
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { Observation } from "../../../src/observe/observation.ts";
import { seedDemo } from "../../../src/stack/seed.ts";
import { createDatabase, prepareDatabase, query, type TestDatabase } from "../../support/database.ts";

const tables = ["categories", "products", "customers", "reviews", "orders", "order_items", "tags", "product_tags"];
let databases: TestDatabase[] = [];
let url = "";

beforeAll(async () => {
	const { database } = inject("stack");
	for (const name of ["seed_one", "seed_two", "seed_other"]) databases.push(await createDatabase(database, name));
	const [one, two, other] = databases.map((made) => made.url) as [string, string, string];
	await Promise.all([one, two].map((each) => prepareDatabase(each, { demo: true })));
	await prepareDatabase(other, { demo: false });
	url = one;
});
afterAll(async () => {
	for (const made of databases) await made.drop();
	databases = [];
});

/** One hash over all rows in their physical order, as text that no setting of the server changes. */
async function hashRows(database: string): Promise<unknown> {
	const parts = [...tables.map((table) => `api.${table}`), "apprun.tenants", "demo.product_sales"].map(
		(table) => `select '${table}' as name, md5(string_agg(r::text, E'\\n' order by r.ctid)) as hash from ${table} r`,
	);
	return query(database, parts.join(" union all "));
}

async function seedAgain(database: string): Promise<Observation[]> {
	const seen: Observation[] = [];
	await seedDemo(database, (observation) => seen.push(observation));
	return seen;
}

describe("the demo", () => {
	test("is the same bytes in two databases", async () => {
		expect(await hashRows(databases[1]?.url ?? "")).toEqual(await hashRows(url));
	});

	test("has 400 products and 2,000 reviews for each of five tenants, two of them by known ids", async () => {
		const rows = await query<{ slug: string; id: string }>(
			url,
			`select slug, id, (select count(*)::int from api.products p where p.tenant_id = t.id) as products,
				(select count(distinct name)::int from api.products p where p.tenant_id = t.id) as names,
				(select count(*)::int from api.reviews r where r.tenant_id = t.id) as reviews
			from apprun.tenants t order by id`,
		);
		expect(rows).toHaveLength(5);
		for (const row of rows) expect(row).toMatchObject({ products: 400, names: 400, reviews: 2000 });
		expect(rows.slice(0, 2).map(({ slug, id }) => [slug, id])).toEqual([
			["acme", "11111111-1111-4111-8111-111111111111"],
			["globex", "22222222-2222-4222-8222-222222222222"],
		]);
	});

	test("has rows in every table, nulls, cents, and a number that a double cannot hold", async () => {
		for (const table of tables) expect(await query(url, `select from api.${table} limit 1`)).toHaveLength(1);
		const [facts] = await query(
			url,
			`select bool_or(sku is null) as sku, bool_or(category_id is null) as category, bool_or(price % 1 <> 0) as cents,
				max(stock_units)::text as stock, bool_or(available_during is null) as always,
				bool_or(upper_inf(available_during)) as open_ended
			from api.products`,
		);
		expect(facts).toEqual({
			sku: true,
			category: true,
			cents: true,
			stock: "9007199254740993",
			always: true,
			open_ended: true,
		});
	});

	test("is not seeded twice", async () => {
		expect(await seedAgain(url)).toEqual([]);
	});

	test("of another version is left as it is, and said to be", async () => {
		const before = await hashRows(url);
		await query(url, "update apprun.seeds set version = 'older'");
		expect(await seedAgain(url)).toEqual([
			{ kind: "schema.warning", message: expect.stringContaining("another version") },
		]);
		expect(await hashRows(url)).toEqual(before);
	});

	test("is not put into somebody's own schema api", async () => {
		const other = databases[2]?.url ?? "";
		await query(other, "create schema api");
		expect(await seedAgain(other)).toEqual([
			{ kind: "schema.warning", message: expect.stringContaining("already exists") },
		]);
		expect(await query(other, "select to_regclass('api.products') as products")).toEqual([{ products: null }]);
	});
});
