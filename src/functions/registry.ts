// The registry of functions in Postgres: takes a tenant and a name, gives versions and modules. Every statement runs as
// role apprun_functions with the tenant's claims, so row level security is in force here as everywhere.
import type { Pool, PoolClient } from "pg";
import { z } from "zod";
import { AppError } from "../error/app-error.ts";
import type { Entry, ModuleKind } from "./host/protocol.ts";
import type { RunnableVersion } from "./invocation.ts";
import type { FunctionLimits } from "./limits.ts";

/** Who changes or reads: from the verified identity. */
export interface Caller {
	readonly tenantId: string;
	readonly subject: string;
}

export interface FunctionVersion extends RunnableVersion {
	readonly name: string;
	readonly version: number;
	readonly active: boolean;
	/** Bytes of the module. */
	readonly size: number;
	readonly deployedBy: string;
	readonly deployedAt: Date;
}

export interface FunctionEntry {
	readonly name: string;
	readonly description: string | null;
	readonly activeVersion: number;
	readonly createdAt: Date;
}

export interface NewVersion {
	readonly name: string;
	readonly description: string | null;
	readonly kind: ModuleKind;
	readonly entry: Entry;
	readonly limits: FunctionLimits;
	readonly bytes: Uint8Array;
}

const numberType = z.enum(["i32", "i64", "f32", "f64"]);
const entrySchema: z.ZodType<Entry> = z.union([
	z.object({
		kind: z.literal("numbers"),
		export: z.string(),
		params: z.array(numberType),
		results: z.array(numberType),
	}),
	z.object({ kind: z.literal("json") }),
	z.object({ kind: z.literal("command") }),
]);

interface VersionRow {
	readonly name: string;
	readonly version: number;
	readonly active: boolean;
	readonly kind: ModuleKind;
	readonly sha256: string;
	readonly size: number;
	readonly entry: unknown;
	readonly limits: FunctionLimits;
	readonly deployed_by: string;
	readonly deployed_at: Date;
}

const versionColumns = `version.name, version.version, version.version = function.active_version as active, version.kind,
	version.sha256, version.size, version.entry, version.limits, version.deployed_by, version.deployed_at`;
const versionTables = `apprun.function_versions as version join apprun.functions as function using (tenant_id, name)`;

/** Runs statements inside of one transaction of one tenant. */
export async function asTenant<Result>(
	pool: Pool,
	{ tenantId, subject }: Caller,
	work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
	const client = await pool.connect();
	try {
		// One message instead of three: the first call of a function waits for it. A literal, since only one statement takes parameters.
		const claims = client.escapeLiteral(JSON.stringify({ tenant_id: tenantId, sub: subject }));
		await client.query(
			`begin; set local role apprun_functions; select set_config('request.jwt.claims', ${claims}, true)`,
		);
		const result = await work(client);
		await client.query("commit");
		client.release();
		return result;
	} catch (error) {
		// A connection whose rollback fails is not given back: it might still be somebody's.
		await client.query("rollback").then(
			() => client.release(),
			(broken: Error) => client.release(broken),
		);
		throw error;
	}
}

/** Deploys the next version and makes it the active one. */
export async function insertVersion(pool: Pool, caller: Caller, given: NewVersion): Promise<FunctionVersion> {
	return asTenant(pool, caller, async (client) => {
		const { rows: stored } = await client.query<{ sha256: string }>(
			"select apprun.store_function_module($1) as sha256",
			[Buffer.from(given.bytes)],
		);
		// The row of the function is the lock: two deployments of one name get two versions.
		const { rows: functions } = await client.query<{ version: number }>(
			`insert into apprun.functions as function (tenant_id, name, description, active_version, last_version)
			values ($1, $2, $3, 1, 1)
			on conflict (tenant_id, name) do update set description = coalesce($3, function.description),
				active_version = function.last_version + 1, last_version = function.last_version + 1
			returning last_version as version`,
			[caller.tenantId, given.name, given.description],
		);
		const { rows } = await client.query<VersionRow>(
			`insert into apprun.function_versions
			(tenant_id, name, version, kind, sha256, size, entry, limits, deployed_by)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning *, true as active`,
			[
				caller.tenantId,
				given.name,
				functions[0]?.version,
				given.kind,
				stored[0]?.sha256,
				given.bytes.length,
				JSON.stringify(given.entry),
				JSON.stringify(given.limits),
				caller.subject,
			],
		);
		return readVersion(rows[0] as VersionRow);
	});
}

/** @param version null: the active one. Null when there is none of that number, or no function of that name */
export async function findVersion(
	pool: Pool,
	caller: Caller,
	wanted: { readonly name: string; readonly version: number | null },
): Promise<FunctionVersion | null> {
	const { rows } = await asTenant(pool, caller, (client) =>
		client.query<VersionRow>(
			`select ${versionColumns} from ${versionTables}
			where version.name = $1 and version.version = coalesce($2, function.active_version)`,
			[wanted.name, wanted.version],
		),
	);
	return rows[0] === undefined ? null : readVersion(rows[0]);
}

/** Newest first. */
export async function listVersions(pool: Pool, caller: Caller, names: readonly string[]): Promise<FunctionVersion[]> {
	const { rows } = await asTenant(pool, caller, (client) =>
		client.query<VersionRow>(
			`select ${versionColumns} from ${versionTables} where version.name = any ($1) order by version.version desc`,
			[names],
		),
	);
	return rows.map(readVersion);
}

/** By name. @param name only this one */
export async function listFunctions(pool: Pool, caller: Caller, name: string | null): Promise<FunctionEntry[]> {
	const { rows } = await asTenant(pool, caller, (client) =>
		client.query<{ name: string; description: string | null; active_version: number; created_at: Date }>(
			`select name, description, active_version, created_at from apprun.functions
			where $1::text is null or name = $1 order by name limit 1000`,
			[name],
		),
	);
	return rows.map((row) => ({
		name: row.name,
		description: row.description,
		activeVersion: row.active_version,
		createdAt: row.created_at,
	}));
}

/** @returns whether there is such a version */
export async function activateVersion(
	pool: Pool,
	caller: Caller,
	{ name, version }: { readonly name: string; readonly version: number },
): Promise<boolean> {
	const { rowCount } = await asTenant(pool, caller, (client) =>
		client.query(
			`update apprun.functions set active_version = $2 where name = $1
			and exists (select from apprun.function_versions as version where version.name = $1 and version.version = $2)`,
			[name, version],
		),
	);
	return rowCount === 1;
}

/** Removes a function with all versions, and modules that nobody uses any more. @returns whether there was one */
export async function removeFunction(pool: Pool, caller: Caller, name: string): Promise<boolean> {
	return asTenant(pool, caller, async (client) => {
		const { rows: modules } = await client.query<{ sha256: string }>(
			"select distinct sha256 from apprun.function_versions where name = $1",
			[name],
		);
		const { rowCount } = await client.query("delete from apprun.functions where name = $1", [name]);
		for (const { sha256 } of modules) await client.query("select apprun.drop_function_module($1)", [sha256]);
		return rowCount === 1;
	});
}

/** @throws AppError NOT_FOUND when no version of the tenant has this module any more */
export async function loadModule(pool: Pool, caller: Caller, sha256: string): Promise<Uint8Array> {
	const { rows } = await asTenant(pool, caller, (client) =>
		client.query<{ bytes: Buffer }>("select bytes from apprun.function_modules where sha256 = $1", [sha256]),
	);
	const bytes = rows[0]?.bytes;
	if (bytes === undefined) throw new AppError("NOT_FOUND", { message: "The function has just been deleted." });
	return bytes;
}

function readVersion(row: VersionRow): FunctionVersion {
	return Object.freeze({
		name: row.name,
		version: row.version,
		active: row.active,
		kind: row.kind,
		sha256: row.sha256,
		size: row.size,
		entry: entrySchema.parse(row.entry),
		limits: row.limits,
		deployedBy: row.deployed_by,
		deployedAt: row.deployed_at,
	});
}
