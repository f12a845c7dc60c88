// The last wall: what Postgres itself lets a caller of one tenant see and write in the demo. Superuser SQL says what is
// there; the callers' roles, with the claims that PostgREST would set, say what they get.
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

const acme = "11111111-1111-4111-8111-111111111111";
const globex = "22222222-2222-4222-8222-222222222222";
const tables = ["categories", "products", "customers", "reviews", "orders", "order_items", "tags", "product_tags"];
const views = ["product_ratings", "product_sales"];

let client: Client;
beforeAll(async () => {
	client = new Client({ connectionString: inject("stack").database });
	await client.connect();
});
afterAll(() => client?.end());

/** Runs as PostgREST does, in a transaction that is rolled back. `claims` is the text of request.jwt.claims. */
async function as<Result>(role: string, claims: string | null, work: () => Promise<Result>): Promise<Result> {
	await client.query("begin");
	try {
		await client.query("select set_config('role', $1, true)", [role]);
		if (claims !== null) await client.query("select set_config('request.jwt.claims', $1, true)", [claims]);
		return await work();
	} finally {
		await client.query("rollback");
	}
}
const asTenant = <Result>(tenant: string, work: () => Promise<Result>) =>
	as("apprun_user", JSON.stringify({ tenant_id: tenant, sub: "someone", roles: ["owner"] }), work);
const rows = async (sql: string, values: unknown[] = []) => (await client.query(sql, values)).rows;
const count = async (relation: string) => Number((await rows(`select count(*) from ${relation}`))[0]?.count);

/** A row of the tenant, as a superuser sees it, in JSON. */
async function rowOf(tenant: string, table: string) {
	const [row] = await rows(`select to_jsonb(r) as json from api.${table} r where tenant_id = $1 limit 1`, [tenant]);
	if (row === undefined) throw new Error(`the demo has no ${table}`);
	return row["json"];
}

describe("reading", () => {
	test.each([...tables, ...views])("%s shows all rows of the caller's tenant and no other", async (table) => {
		const own = await asTenant(acme, () => rows(`select tenant_id, count(*) from api.${table} group by tenant_id`));
		const source = table === "product_sales" ? "demo.product_sales" : `api.${table}`;
		const expected = await rows(`select tenant_id, count(*) from ${source} where tenant_id = $1 group by 1`, [acme]);
		expect(expected).toHaveLength(1);
		expect(own).toEqual(expected);
	});

	test.each(tables)("%s has nothing for who names the other tenant", async (table) => {
		const other = await rowOf(globex, table);
		const column = "id" in other ? "id" : "product_id";
		const found = await asTenant(acme, () =>
			rows(`select * from api.${table} where tenant_id = $1 or ${column} = $2`, [globex, other[column]]),
		);
		expect(found).toEqual([]);
	});

	test.each([
		["no claims", null],
		["empty claims", ""],
		["claims without a tenant", '{"sub":"someone"}'],
		["a tenant that is null", '{"tenant_id":null}'],
		["a tenant that is no uuid", `{"tenant_id":"${acme}' or true --"}`],
		["a tenant that is a list", `{"tenant_id":["${acme}"]}`],
		["claims that are a list", `[{"tenant_id":"${acme}"}]`],
	])("with %s nothing is seen", async (_, claims) => {
		await as("apprun_user", claims, async () => {
			for (const table of [...tables, ...views]) expect([table, await count(`api.${table}`)]).toEqual([table, 0]);
		});
	});

	test("with claims that are not JSON every statement is refused", async () => {
		const seen = as("apprun_user", `{"tenant_id":"${acme}"`, () => count("api.products"));
		await expect(seen).rejects.toMatchObject({ code: "22P02" });
	});

	test("anonymous may see nothing, whatever it claims", async () => {
		for (const relation of [...tables, ...views].map((name) => `api.${name}`)) {
			const seen = as("apprun_anonymous", JSON.stringify({ tenant_id: acme }), () => count(relation));
			await expect(seen).rejects.toMatchObject({ code: "42501" });
		}
	});

	test.each(["apprun.tenants", "apprun.migrations", "apprun.seeds", "demo.product_sales"])(
		"%s is out of reach",
		async (relation) => {
			await expect(asTenant(acme, () => count(relation))).rejects.toMatchObject({ code: "42501" });
		},
	);

	test("functions see the caller's tenant only", async () => {
		const [product] = await rows("select id from api.products where tenant_id = $1 and name like '%Linen%'", [globex]);
		await asTenant(acme, async () => {
			const found = await rows("select distinct tenant_id from api.search_products('linen or oak or steel')");
			expect(found).toEqual([{ tenant_id: acme }]);
			const restocked = await rows("select (api.restock_product($1, 5)).id", [product?.id]);
			expect(restocked).toEqual([{ id: null }]);
		});
	});

	test("a computed field does not look into the tenant that a forged row names", async () => {
		const { product_id } = await rowOf(globex, "reviews");
		const forged = `jsonb_populate_record(null::api.products, jsonb_build_object('tenant_id', $1::text, 'id', $2::text))`;
		const [reviewed] = await rows(`select api.average_rating(${forged}) as rating`, [globex, product_id]);
		expect(reviewed?.rating).not.toBeNull();
		const [seen] = await asTenant(acme, () =>
			rows(`select api.average_rating(${forged}) as rating`, [globex, product_id]),
		);
		expect(seen?.rating).toBeNull();
	});
});

describe("writing", () => {
	// A missing grant has the same code.
	const refused = { code: "42501", message: expect.stringContaining("violates row-level security policy") };

	test("a product needs a name alone, and belongs to the caller's tenant", async () => {
		const [made] = await asTenant(acme, () =>
			rows("insert into api.products (name) values ('Alone') returning tenant_id, sku, price::text, keywords"),
		);
		expect(made).toEqual({ tenant_id: acme, sku: null, price: "0.00", keywords: [] });
	});

	test.each(tables)("a row of %s cannot be written into the other tenant", async (table) => {
		const other = await rowOf(globex, table);
		delete other.search;
		delete other.line_total;
		if ("id" in other) other.id = "99999999-9999-4999-8999-999999999999";
		const columns = Object.keys(other);
		const record = `jsonb_populate_record(null::api.${table}, $1)`;
		const insert = `insert into api.${table} (${columns}) select ${columns} from ${record}`;
		await expect(asTenant(acme, () => rows(insert, [other]))).rejects.toMatchObject(refused);
		const move = `update api.${table} set tenant_id = $1`;
		await expect(asTenant(acme, () => rows(move, [globex]))).rejects.toMatchObject(refused);
	});

	test.each(tables)("rows of %s of the other tenant cannot be changed or deleted", async (table) => {
		await asTenant(acme, async () => {
			const changed = await client.query(`update api.${table} set tenant_id = $1 where tenant_id = $2`, [acme, globex]);
			const deleted = await client.query(`delete from api.${table} where tenant_id = $1`, [globex]);
			expect([changed.rowCount, deleted.rowCount]).toEqual([0, 0]);
		});
	});

	test("without a tenant nothing can be written", async () => {
		const insert = () => rows("insert into api.products (name) values ('Nobody''s')");
		await expect(as("apprun_user", null, insert)).rejects.toMatchObject(refused);
		await expect(as("apprun_anonymous", null, insert)).rejects.toMatchObject({ code: "42501" });
	});

	test("a row cannot point at the other tenant's row: it is refused just like one that does not exist", async () => {
		const { id } = await rowOf(globex, "categories");
		const point = (category: string) =>
			asTenant(acme, () => rows("insert into api.products (name, category_id) values ('Pointer', $1)", [category]));
		const refusal = { code: "23503", constraint: "products_category_fkey" };
		await expect(point(id)).rejects.toMatchObject(refusal);
		await expect(point("99999999-9999-4999-8999-999999999999")).rejects.toMatchObject(refusal);
	});

	test("a key, number or address that the other tenant has can be used: a refusal would tell that it is there", async () => {
		const { id, sku } =
			(await rows("select id, sku from api.products where tenant_id = $1 and sku is not null", [globex]))[0] ?? {};
		const { email } = await rowOf(globex, "customers");
		await asTenant(acme, async () => {
			await rows("delete from api.order_items");
			await rows("delete from api.products where sku = $1", [sku]);
			expect(
				await rows("insert into api.products (id, sku, name) values ($1, $2, 'Twin') returning sku", [id, sku]),
			).toEqual([{ sku }]);
			await rows("delete from api.orders");
			await rows("delete from api.customers where email = $1", [email]);
			expect(
				await rows("insert into api.customers (name, email) values ('Twin', $1) returning email", [email]),
			).toEqual([{ email }]);
		});
	});

	test("row level security cannot be switched off, and no table made or emptied", async () => {
		for (const sql of [
			"alter table api.products disable row level security",
			"truncate api.reviews",
			"create table api.mine (id int)",
			"create policy open on api.products using (true)",
			"refresh materialized view demo.product_sales",
		])
			await expect(asTenant(acme, () => rows(sql))).rejects.toMatchObject({ code: "42501" });
		// `set row_security = off` turns filtering into an error, for whom it holds.
		const off = asTenant(acme, async () => {
			await rows("set local row_security = off");
			return count("api.products");
		});
		await expect(off).rejects.toMatchObject({ code: "42501" });
	});
});
