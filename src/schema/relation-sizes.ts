// Takes names of relations, gives how many pages they fill: what tells a scan that reads much from one that reads little.
import { Client } from "pg";
import type { TableRef } from "./catalog.ts";
import { tableKey } from "./model.ts";

/** Pages (of 8 KiB, as a rule) by key of the relation (see tableKey); what does not exist is left out. */
export async function readRelationSizes(
	databaseUrl: string,
	relations: readonly TableRef[],
): Promise<ReadonlyMap<string, number>> {
	const client = new Client({ connectionString: databaseUrl, application_name: "apprun explain" });
	await client.connect();
	try {
		const { rows } = await client.query<TableRef & { readonly pages: number }>(
			`select n.nspname as schema, c.relname as name,
				(pg_relation_size(c.oid) / current_setting('block_size')::int)::int as pages
			from unnest($1::text[], $2::text[]) as wanted (schema, name)
			join pg_namespace n on n.nspname = wanted.schema
			join pg_class c on c.relnamespace = n.oid and c.relname = wanted.name`,
			[relations.map(({ schema }) => schema), relations.map(({ name }) => name)],
		);
		return new Map(rows.map((row) => [tableKey(row), row.pages]));
	} finally {
		await client.end();
	}
}
