// The rows of the demo that the comparison's questions name, and what its mutations leave behind.
import { Client } from "pg";
import type { KnownRows } from "../postgraphile/questions.ts";
import { StackError } from "./stack-error.ts";

/** A product and a category of a tenant. @throws StackError for a tenant without the demo's rows */
export async function findKnownRows(databaseUrl: string, tenantId: string): Promise<KnownRows> {
	const [row] = await query<{ product: string; category: string }>(
		databaseUrl,
		`select id as product, category_id as category from api.products
		where tenant_id = $1 and category_id is not null order by name limit 1`,
		[tenantId],
	);
	if (row === undefined)
		throw new StackError("This tenant has no products of the demo.", "Name one that has, such as acme.");
	return { tenantId, productId: row.product, categoryId: row.category };
}

/** Removes the products of a tenant whose names begin like this. */
export async function removeMadeRows(databaseUrl: string, tenantId: string, prefix: string): Promise<void> {
	const sql = "delete from api.products where tenant_id = $1 and starts_with(name, $2)";
	await query(databaseUrl, sql, [tenantId, prefix]);
	await query(databaseUrl, "vacuum analyze api.products");
}

async function query<Row extends object>(url: string, sql: string, values: readonly string[] = []): Promise<Row[]> {
	const client = new Client({ connectionString: url, application_name: "apprun compare" });
	await client.connect();
	try {
		return (await client.query<Row>(sql, [...values])).rows;
	} finally {
		await client.end();
	}
}
