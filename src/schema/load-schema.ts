// Takes the database's address, gives the named model of its exposed schemas and the GraphQL types made from it; refuses
// a table without row level security unless the operator said otherwise.
import type { GraphQLSchema } from "graphql";
import { Client } from "pg";
import type { Config } from "../config/load-config.ts";
import { AppError } from "../error/app-error.ts";
import { buildTypes } from "./build-types.ts";
import type { Catalog, Table } from "./catalog.ts";
import { reservedNames } from "./hand-written.ts";
import { introspect } from "./introspect.ts";
import type { DataModel } from "./model.ts";
import { nameCatalog, type ReservedNames } from "./name-catalog.ts";

export type SchemaConfig = Pick<
	Config,
	"dbSchemas" | "tenantColumn" | "tablesWithoutRls" | "defaultLimit" | "maxLimit"
>;

export interface SchemaOptions extends SchemaConfig {
	/** Names that the other subschemas hold. */
	readonly reserved?: ReservedNames;
}

export interface LoadedSchema {
	readonly model: DataModel;
	readonly schema: GraphQLSchema;
}

/** Reads the catalog and builds the data schema. @throws AppError INTERNAL saying what to change */
export async function loadSchema(databaseUrl: string, config: SchemaOptions): Promise<LoadedSchema> {
	return await buildSchema(await readCatalog(databaseUrl, config.dbSchemas), config);
}

/** Names the catalog and makes its types. @throws AppError INTERNAL saying what to change */
export async function buildSchema(catalog: Catalog, config: SchemaOptions): Promise<LoadedSchema> {
	const refusal = rowSecurityRefusal(catalog, config);
	if (refusal !== null) throw refusal;
	const model = nameCatalog(catalog, { ...config, reserved: reservedNames });
	return Object.freeze({ model, schema: await buildTypes(model, config) });
}

/** Asking what a view supports waits for whoever alters it; for no longer than this, or a long migration would hold up a stop. */
const lockTimeoutMs = 5_000;

/** Reads the exposed part of the database. @throws AppError INTERNAL for a schema that does not exist */
export async function readCatalog(databaseUrl: string, schemas: readonly string[]): Promise<Catalog> {
	const client = new Client({
		connectionString: databaseUrl,
		application_name: "apprun introspection",
		lock_timeout: lockTimeoutMs,
	});
	await client.connect();
	try {
		// One snapshot: a migration that commits between two queries must not give half of itself.
		await client.query("begin isolation level repeatable read, read only");
		return await introspect(client, schemas);
	} finally {
		await client.end();
	}
}

/** The refusal of tables that every tenant would see whole; null: there are none, or the operator said that they are meant. */
export function rowSecurityRefusal({ tables }: Catalog, { tablesWithoutRls }: SchemaConfig): AppError | null {
	const open = tables.filter((table) => table.kind === "table" && !table.rowSecurity.enabled && !table.tags.omit);
	if (tablesWithoutRls !== "refuse" || open.length === 0) return null;
	return new AppError("INTERNAL", {
		message: `These exposed tables have no row level security, so every tenant would see all of their rows: ${names(open)}.`,
		hint:
			"Enable it (`apprun doctor` prints the SQL), or set APPRUN_TABLES_WITHOUT_RLS=hide to leave them out, " +
			"or =expose if they are meant to be public.",
	});
}

function names(tables: readonly Table[]): string {
	return tables.map(({ schema, name }) => `${schema}.${name}`).join(", ");
}
