// Policies in Postgres: reads all or some tenants' rows at one version, writes rows inside a caller's transaction. Refuses
// (throws) a row that it does not understand: half a policy must never be enforced.
import type { ClientBase, Pool } from "pg";
import { type Link, type PolicyRows, type Rule, readRow, type StoredRow } from "./rule.ts";

/** Rows of one version, by tenant. */
export interface LoadedPolicies {
	readonly version: number;
	readonly rows: ReadonlyMap<string, PolicyRows>;
}

/** What reading needs of `pg`. */
type Queries = Pick<Pool, "query"> | Pick<ClientBase, "query">;

const columns = "r.ptype, r.v0, r.v1, r.v2, r.v3, r.v4, r.v5, r.dom";
// One statement, so that the version and the rows belong together.
const everything = `select v.version, ${columns} from apprun.policy_version v left join apprun.casbin_rule r on true`;

/** Reads every tenant's rows. */
export async function loadPolicies(db: Queries): Promise<LoadedPolicies> {
	return collect(await rowsOf(db, `${everything} order by r.id`, []), []);
}

/** Reads some tenants' rows; a tenant without rows is in the answer, with none. */
export async function loadTenants(db: Queries, tenants: readonly string[]): Promise<LoadedPolicies> {
	return collect(await rowsOf(db, `${everything} and r.dom = any($1) order by r.id`, [tenants]), tenants);
}

/** The version that the database is at. */
export async function policyVersion(db: Queries): Promise<number> {
	const [row] = await rowsOf(db, "select version from apprun.policy_version", []);
	return Number(row?.[0]);
}

/**
 * Takes the lock that puts writers in order until the transaction ends.
 * @returns the version before this writer's changes
 */
export async function lockPolicies(transaction: ClientBase): Promise<number> {
	const [row] = await rowsOf(transaction, "select version from apprun.policy_version for update", []);
	return Number(row?.[0]);
}

/**
 * Adds rows; one that is there already is left alone.
 * @returns how many were added
 */
export async function insertRows(db: Queries, rows: readonly StoredRow[]): Promise<number> {
	if (rows.length === 0) return 0;
	const result = await db.query(
		`insert into apprun.casbin_rule (ptype, v0, v1, v2, v3, v4, v5)
		select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
		on conflict do nothing`,
		byColumn(rows),
	);
	return result.rowCount ?? 0;
}

/** @returns how many were there to be removed */
export async function deleteRows(db: Queries, rows: readonly StoredRow[]): Promise<number> {
	if (rows.length === 0) return 0;
	const result = await db.query(
		`delete from apprun.casbin_rule where (ptype, v0, v1, v2, v3, v4, v5) in (
			select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
		)`,
		byColumn(rows),
	);
	return result.rowCount ?? 0;
}

const byColumn = (rows: readonly StoredRow[]): string[][] =>
	Array.from({ length: 7 }, (_, column) => rows.map((row) => row[column] ?? ""));

async function rowsOf(db: Queries, text: string, values: unknown[]): Promise<readonly (string | null)[][]> {
	const result = await db.query<(string | null)[]>({ text, values, rowMode: "array" });
	return result.rows;
}

function collect(stored: readonly (string | null)[][], asked: readonly string[]): LoadedPolicies {
	const rows = new Map<string, { rules: Rule[]; links: Link[] }>();
	for (const tenant of asked) rows.set(tenant, { rules: [], links: [] });
	const intern = interner();
	for (const [, ...row] of stored) {
		if (row[0] === null) continue;
		const tenant = intern(row.pop() as string);
		const read = readRow(row.map((value) => intern(value as string)));
		const own = rows.get(tenant) ?? { rules: [], links: [] };
		rows.set(tenant, own);
		if (read.kind === "rule") own.rules.push(read.rule);
		else own.links.push(read.link);
	}
	const version = Number(stored[0]?.[0]);
	if (!Number.isSafeInteger(version)) throw new Error("apprun.policy_version has no row");
	return { version, rows };
}

// The same few roles, objects and actions stand in a hundred thousand rows: one string each halves the memory.
function interner(): (value: string) => string {
	const seen = new Map<string, string>();
	return (value) => {
		const known = seen.get(value);
		if (known !== undefined) return known;
		seen.set(value, value);
		return value;
	};
}
