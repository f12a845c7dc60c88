// Takes the owner's database URL, gives the tenants: for what an operator does on his own machine, never for a request.
import { Client } from "pg";

export interface TenantEntry {
	/** UUID. */
	readonly id: string;
	readonly slug: string;
	readonly name: string;
}

/** All tenants by slug. @throws DatabaseError when the database was not migrated */
export async function listTenants(databaseUrl: string): Promise<readonly TenantEntry[]> {
	const client = new Client({ connectionString: databaseUrl, application_name: "apprun tenants" });
	await client.connect();
	try {
		const { rows } = await client.query<TenantEntry>("select id, slug, name from apprun.tenants order by slug");
		return rows;
	} finally {
		await client.end();
	}
}
