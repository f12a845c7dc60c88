// How long a process takes to load the policies of many tenants, and how much memory they need. In a process of its own, so
// that nothing else is counted: `node --expose-gc load-policies.ts <database url>` prints { elapsedMs, bytes } as JSON.

import { readFile } from "node:fs/promises";
import { Pool } from "pg";
import { createPolicyEngine } from "../../../src/authorization/policy-engine.ts";
import { PolicySnapshot } from "../../../src/authorization/policy-snapshot.ts";
import { loadPolicies } from "../../../src/authorization/policy-store.ts";

const [databaseUrl] = process.argv.slice(2);
if (databaseUrl === undefined || globalThis.gc === undefined)
	throw new Error("Run with --expose-gc and a database URL.");

const pool = new Pool({ connectionString: databaseUrl, max: 1 });
await pool.query("select 1");
const engine = await createPolicyEngine(
	await readFile(new URL("../../../policies/model.conf", import.meta.url), "utf8"),
);
globalThis.gc();
const before = process.memoryUsage();
const startedAt = performance.now();
const { version, rows } = await loadPolicies(pool);
const snapshot = PolicySnapshot.of(engine, version, rows);
const elapsedMs = performance.now() - startedAt;
// Indexed, as they are once every tenant has asked.
for (const tenant of rows.keys()) snapshot.tenant(tenant);
globalThis.gc();
const after = process.memoryUsage();
await pool.end();
const bytes = after.heapUsed + after.external - before.heapUsed - before.external;
process.stdout.write(JSON.stringify({ tenants: rows.size, version: snapshot.version, elapsedMs, bytes }));
