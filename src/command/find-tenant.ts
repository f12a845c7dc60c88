// A tenant as a person names it on the command line, by slug or by id → its id.
import { Client } from "pg";
import type { Config } from "../config/load-config.ts";
import { StackError } from "../stack/stack-error.ts";
import { findDatabase } from "./find-database.ts";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Id of a tenant given by id or slug. @throws StackError naming the known ones */
export async function findTenant(config: Config, tenant: string): Promise<string> {
	if (uuid.test(tenant)) return tenant;
	const client = new Client({ connectionString: findDatabase(config), application_name: "apprun find tenant" });
	await client.connect();
	try {
		const { rows } = await client.query<{ id: string; slug: string }>(
			"select id, slug from apprun.tenants order by slug",
		);
		const found = rows.find((row) => row.slug === tenant);
		if (found !== undefined) return found.id;
		const known = rows.slice(0, 10).map((row) => row.slug);
		throw new StackError(
			`There is no tenant ${tenant}.`,
			known.length === 0 ? "There are none yet." : `Known ones: ${known.join(", ")}.`,
		);
	} finally {
		await client.end();
	}
}
