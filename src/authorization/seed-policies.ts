// Puts policies/policy.csv into the database: at first whole, later only what changed in the file, so that rows an operator
// added or removed by hand stay as they are. One transaction; refuses a file with a line that is no rule.
import { readFile } from "node:fs/promises";
import { Client } from "pg";
import { parsePolicyFile } from "./policy-file.ts";
import { deleteRows, insertRows, lockPolicies } from "./policy-store.ts";
import { everyTenant, noTenant, type StoredRow } from "./rule.ts";

/** The rules that every installation starts with. */
const policyFile = new URL("../../policies/policy.csv", import.meta.url);
/** Rules of the demo's tenants. */
const demoPolicyFile = new URL("../../policies/demo.csv", import.meta.url);

/**
 * Brings the database to the policy files of this version.
 * @param databaseUrl a role that owns schema apprun; after migrate, and after the demo was seeded if it is
 * @throws Error naming the first line that is no rule
 */
export async function seedPolicies(databaseUrl: string): Promise<void> {
	const client = new Client({ connectionString: databaseUrl, application_name: "apprun seed policies" });
	await client.connect();
	try {
		await client.query("begin");
		await client.query("select set_config('apprun.actor', 'apprun:seed', true)");
		await lockPolicies(client);
		const demo = await client.query("select from apprun.seeds where name = 'demo'");
		const files = demo.rowCount === 0 ? [policyFile] : [policyFile, demoPolicyFile];
		const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
		await applyFile(client, texts.flatMap(parsePolicyFile));
		await client.query("commit");
	} finally {
		// Ends an open transaction too.
		await client.end();
	}
}

async function applyFile(client: Client, rows: readonly StoredRow[]): Promise<void> {
	const { rows: stored } = await client.query<{ seeded: StoredRow[] }>("select seeded from apprun.policy_version");
	const before = stored[0]?.seeded ?? [];
	const added = without(rows, before);
	const removed = without(before, rows);
	if (added.length + removed.length === 0) return;
	await deleteRows(client, removed);
	await insertRows(client, added);
	for (const { tenant, role } of rolesOf(rows))
		await client.query("insert into apprun.policy_role (dom, name) values ($1, $2) on conflict do nothing", [
			tenant,
			role,
		]);
	await client.query("update apprun.policy_version set seeded = $1", [JSON.stringify(rows)]);
}

function without(rows: readonly StoredRow[], others: readonly StoredRow[]): StoredRow[] {
	const known = new Set(others.map((row) => JSON.stringify(row)));
	return rows.filter((row) => !known.has(JSON.stringify(row)));
}

/** Roles that a file's rows are about, by the tenant that they belong to: a built-in role is nobody's own. */
function rolesOf(rows: readonly StoredRow[]): { tenant: string; role: string }[] {
	const found = rows
		.filter((row) => row[1]?.startsWith("role:"))
		.map((row) => ({ tenant: (row[0] === "p" ? row[2] : row[3]) ?? "", role: row[1]?.slice("role:".length) ?? "" }))
		.map(({ tenant, role }) => ({ tenant: tenant === noTenant ? everyTenant : tenant, role }));
	const builtIn = new Set(found.filter(({ tenant }) => tenant === everyTenant).map(({ role }) => role));
	return found.filter(({ tenant, role }) => tenant === everyTenant || !builtIn.has(role));
}
