// The main job over HTTP: a nested read and a write through /graphql, compared with SQL run as a superuser.
import { Client } from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { demoTenants, type GraphqlBody, tokenFor } from "../support/open-app.ts";

const acme = demoTenants.acme;

let superuser: Client;

beforeAll(async () => {
	superuser = new Client({ connectionString: inject("stack").database });
	await superuser.connect();
});

afterAll(async () => {
	await superuser.end();
});

async function post(body: GraphqlBody): Promise<unknown> {
	const token = await tokenFor({ tenant: "acme", role: "owner" });
	const response = await fetch(inject("stack").graphql, {
		method: "POST",
		headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
		body: JSON.stringify(body),
	});
	expect(response.status).toBe(200);
	return await response.json();
}

async function sql<Row>(text: string, parameters: unknown[]): Promise<Row[]> {
	return (await superuser.query(text, parameters)).rows as Row[];
}

test("a nested read answers what SQL answers", async () => {
	const answer = await post({
		query: `query ($least: Decimal!) {
			products(where: { price: { gte: $least } }, orderBy: [{ price: DESC }, { name: ASC }], limit: 15) {
				id
				name
				price
				stockUnits
				createdAt
				category { name parent { name } }
				tags(orderBy: [{ name: ASC }]) { name }
				reviews(where: { rating: { gte: 3 } }, orderBy: [{ createdAt: DESC }, { id: ASC }], limit: 3) {
					rating
					title
					customer { name email }
				}
			}
		}`,
		variables: { least: "150.00" },
	});
	const rows = await sql<{ row: unknown }>(
		`select json_build_object(
			'id', p.id, 'name', p.name, 'price', p.price::text, 'stockUnits', p.stock_units::text, 'createdAt', p.created_at,
			'category', (
				select json_build_object('name', c.name, 'parent', (
					select json_build_object('name', u.name) from api.categories u
					where u.tenant_id = c.tenant_id and u.id = c.parent_id
				))
				from api.categories c where c.tenant_id = p.tenant_id and c.id = p.category_id
			),
			'tags', (
				select coalesce(json_agg(json_build_object('name', t.name) order by t.name), '[]')
				from api.product_tags pt join api.tags t on t.tenant_id = pt.tenant_id and t.id = pt.tag_id
				where pt.tenant_id = p.tenant_id and pt.product_id = p.id
			),
			'reviews', (
				select coalesce(json_agg(r.row order by r.created_at desc, r.id), '[]') from (
					select r.created_at, r.id, json_build_object('rating', r.rating, 'title', r.title, 'customer', (
						select json_build_object('name', k.name, 'email', k.email) from api.customers k
						where k.tenant_id = r.tenant_id and k.id = r.customer_id
					)) as row
					from api.reviews r
					where r.tenant_id = p.tenant_id and r.product_id = p.id and r.rating >= 3
					order by r.created_at desc, r.id limit 3
				) r
			)
		) as row
		from api.products p
		where p.tenant_id = $1 and p.price >= 150.00
		order by p.price desc, p.name, p.id limit 15`,
		[acme],
	);
	expect(rows.length).toBe(15);
	expect(answer).toEqual({ data: { products: rows.map(({ row }) => row) } });
});

test("a write is stored for the caller's tenant, and only there", async () => {
	const created = (await post({
		query: `mutation ($input: ProductInput!) { createProduct(input: $input) { id tenantId name price stockUnits } }`,
		variables: { input: { name: "End to End Kettle", price: "12345678.99", stockUnits: "9223372036854775807" } },
	})) as { data: { createProduct: { id: string } } };
	const { id } = created.data.createProduct;
	const stored = await sql(
		`select id, tenant_id as "tenantId", name, price::text, stock_units::text as "stockUnits" from api.products where id = $1`,
		[id],
	);
	expect(stored).toEqual([created.data.createProduct]);
	expect(stored).toMatchObject([{ tenantId: acme, price: "12345678.99", stockUnits: "9223372036854775807" }]);

	await post({ query: `mutation ($id: UUID!) { deleteProduct(id: $id) { id } }`, variables: { id } });
	expect(await sql("select 1 from api.products where id = $1", [id])).toEqual([]);
});
