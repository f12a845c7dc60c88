// A tenant sees and changes its own rows only, in every list, key, relation, filter, order and write of the schema. The
// other tenant's ids are known here, as an attacker might know them. Compared with what a superuser sees.
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type DemoTenant, demoTenants, type OpenApp, openApp } from "../../support/open-app.ts";

const tenants = ["acme", "globex"] as const;
const otherOf = (tenant: DemoTenant): DemoTenant => (tenant === "acme" ? "globex" : "acme");

/** Every list of the demo with what holds its rows; all have a tenant_id. */
const lists = {
	categories: "api.categories",
	customers: "api.customers",
	orderItems: "api.order_items",
	orders: "api.orders",
	productRatings: "api.product_ratings",
	productSales: "demo.product_sales",
	productTags: "api.product_tags",
	products: "api.products",
	reviews: "api.reviews",
	tags: "api.tags",
} as const;

let app: OpenApp;
let superuser: Client;

beforeAll(async () => {
	app = await openApp({ config: { maxLimit: 100_000 } });
	superuser = new Client({ connectionString: inject("stack").database });
	await superuser.connect();
});

afterAll(async () => {
	await superuser.end();
	await app.close();
});

interface Answer {
	readonly data?: Readonly<Record<string, unknown>> | null;
	readonly errors?: readonly { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }[];
}

async function ask(tenant: DemoTenant, query: string, variables: Record<string, unknown> = {}): Promise<Answer> {
	return (await (await app.ask({ tenant, role: "owner" }, { query, variables })).json()) as Answer;
}

async function value<Value>(sql: string, parameters: unknown[]): Promise<Value> {
	const { rows } = await superuser.query<{ value: Value }>(sql, parameters);
	if (rows[0] === undefined) throw new Error(`no row: ${sql}`);
	return rows[0].value;
}

const idOf = (table: string, tenant: DemoTenant) =>
	value<string>(`select id as value from api.${table} where tenant_id = $1 order by id limit 1`, [demoTenants[tenant]]);

test("the lists above are all lists of the schema", async () => {
	const { data } = await ask("acme", "{ __schema { queryType { fields { name type { kind } } } } }");
	const { fields } = (data as { __schema: { queryType: { fields: { name: string; type: { kind: string } }[] } } })
		.__schema.queryType;
	const found = fields.filter(({ type }) => type.kind === "NON_NULL").map(({ name }) => name);
	expect(found.sort()).toEqual(expect.arrayContaining(Object.keys(lists).sort()));
	const listed = found.filter((name) => name in lists);
	expect(listed.length).toBe(Object.keys(lists).length);
});

describe.each(tenants)("as %s", (tenant) => {
	const mine = demoTenants[tenant];
	const other = otherOf(tenant);

	test.each(Object.entries(lists))("%s holds exactly its own rows", async (list, table) => {
		const count = () => value<number>(`select count(*)::int as value from ${table} where tenant_id = $1`, [mine]);
		const before = await count();
		const { data } = await ask(tenant, `{ rows: ${list}(limit: 100000) { tenantId } }`);
		const rows = data?.["rows"] as { tenantId: string }[];
		// Other tests may write between the two looks.
		expect([before, await count()]).toContain(rows.length);
		expect(before).toBeGreaterThan(0);
		expect(new Set(rows.map(({ tenantId }) => tenantId))).toEqual(new Set([mine]));
	});

	test("no relation leads to another tenant's row", async () => {
		const { data, errors } = await ask(
			tenant,
			`{ products(limit: 50) {
				tenantId
				category { tenantId parent { tenantId } products(limit: 5) { tenantId } childCategories { tenantId } }
				reviews(limit: 5) { tenantId customer { tenantId orders(limit: 2) { tenantId } } product { tenantId } }
				orderItems(limit: 5) { tenantId order { tenantId customer { tenantId } } }
				tags { tenantId products(limit: 3) { tenantId } }
				productTags { tenantId tag { tenantId } }
			} }`,
		);
		expect(errors).toBeUndefined();
		const seen = JSON.stringify(data).match(/"tenantId":"[^"]+"/g) ?? [];
		expect(seen.length).toBeGreaterThan(500);
		expect(new Set(seen)).toEqual(new Set([`"tenantId":"${mine}"`]));
	});

	test("another tenant's id is no key, and no filter finds it", async () => {
		const product = await idOf("products", other);
		const review = await idOf("reviews", other);
		const { data } = await ask(
			tenant,
			`query ($product: UUID!, $review: UUID!) {
				product(id: $product) { name }
				eq: products(where: { id: { eq: $product } }) { name }
				in: products(where: { id: { in: [$product] } }) { name }
				or: products(where: { or: [{ id: { eq: $product } }, { id: { isNull: true } }] }) { name }
				reviewsOf: reviews(where: { productId: { eq: $product } }) { id }
				review(id: $review) { product { name } }
			}`,
			{ product, review },
		);
		expect(data).toEqual({ product: null, eq: [], in: [], or: [], reviewsOf: [], review: null });
	});

	test("another tenant's rows are neither changed nor deleted", async () => {
		const product = await idOf("products", other);
		const before = await value("select to_jsonb(p) as value from api.products p where id = $1 and tenant_id = $2", [
			product,
			demoTenants[other],
		]);
		const { data } = await ask(
			tenant,
			`mutation ($id: UUID!) {
				updateProduct(id: $id, patch: { name: "taken over" }) { name }
				deleteProduct(id: $id) { name }
			}`,
			{ id: product },
		);
		expect(data).toEqual({ updateProduct: null, deleteProduct: null });
		const after = await value("select to_jsonb(p) as value from api.products p where id = $1 and tenant_id = $2", [
			product,
			demoTenants[other],
		]);
		expect(after).toEqual(before);
	});

	test("a row cannot be made to point at another tenant's row", async () => {
		const productId = await idOf("products", other);
		const create = "mutation ($productId: UUID!) { createReview(input: { productId: $productId, rating: 5 }) { id } }";
		const theirs = await ask(tenant, create, { productId });
		const nobodys = await ask(tenant, create, { productId: "00000000-0000-4000-8000-00000000dead" });
		expect(theirs.errors?.[0]?.extensions["code"]).toBe("CONSTRAINT_VIOLATION");
		// The answer does not tell whether the id exists somewhere.
		expect(theirs.errors?.[0]?.message).toBe(nobodys.errors?.[0]?.message);
		expect(theirs.data).toEqual(nobodys.data);
	});

	test("an id that another tenant uses is free: no conflict tells of it", async () => {
		const id = await idOf("products", other);
		const created = await ask(
			tenant,
			`mutation ($id: UUID!) { createProduct(input: { id: $id, name: "same id" }) { tenantId } }`,
			{ id },
		);
		expect(created).toEqual({ data: { createProduct: { tenantId: mine } } });
		const deleted = await ask(tenant, `mutation ($id: UUID!) { deleteProduct(id: $id) { name } }`, { id });
		expect(deleted).toEqual({ data: { deleteProduct: { name: "same id" } } });
		const theirs = await value<number>("select count(*)::int as value from api.products where id = $1", [id]);
		expect(theirs).toBe(1);
	});

	test("the tenant column is in no input", async () => {
		const { data } = await ask(tenant, "{ __schema { types { kind name inputFields { name } } } }");
		const { types } = (data as { __schema: { types: { kind: string; inputFields: { name: string }[] | null }[] } })
			.__schema;
		const inputs = types.filter(({ kind }) => kind === "INPUT_OBJECT");
		expect(inputs.length).toBeGreaterThan(20);
		expect(inputs.flatMap(({ inputFields }) => inputFields?.map(({ name }) => name) ?? [])).not.toContain("tenantId");
	});
});

test("nobody sees nothing", async () => {
	for (const list of Object.keys(lists)) {
		const response = await app.ask(null, { query: `{ ${list} { tenantId } }` });
		const answer = (await response.json()) as Answer;
		expect(answer.data ?? null).toBeNull();
		expect(answer.errors?.[0]?.extensions["code"]).toBe("UNAUTHENTICATED");
	}
});
