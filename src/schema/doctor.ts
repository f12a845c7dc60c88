// Takes a database and tells what keeps its exposed schemas from being safe and fast, each finding with the SQL that
// would mend it. Reads the catalog only; changes nothing.
import { readFile } from "node:fs/promises";
import { Client } from "pg";
import type { Config } from "../config/load-config.ts";
import type { Finding } from "./doctor/finding.ts";
import { findPoliciesPerRow } from "./doctor/policy-per-row.ts";

export type { Finding } from "./doctor/finding.ts";

/** Checks that are one query each: sql/introspection/doctor/<code>.sql, in the order in which they are told. */
const checks = [
	"caller-too-powerful",
	"rls-missing",
	"rls-not-forced",
	"rls-without-policy",
	"policy-without-tenant",
	"policy-without-check",
	"view-not-invoker",
	"materialized-view-granted",
	"definer-search-path",
	"definer-exposed",
	"schema-without-usage",
	"not-granted",
	"tenant-default-missing",
	"unique-without-tenant",
	"foreign-key-without-tenant",
	"tenant-index-missing",
	"foreign-key-index-missing",
	"table-without-key",
	"self-reference-without-function",
	"name-too-long",
	"unknown-type",
	"schema-not-followed",
];

/**
 * Examines the exposed schemas.
 * @returns findings, errors first; none for a database that is as it should be
 * @throws DatabaseError when the database cannot be read
 */
export async function runDoctor(
	databaseUrl: string,
	config: Pick<Config, "dbSchemas" | "tenantColumn">,
): Promise<readonly Finding[]> {
	const client = new Client({ connectionString: databaseUrl, application_name: "apprun doctor" });
	await client.connect();
	try {
		// One snapshot for all checks. With this search_path Postgres prints every name of a user qualified.
		await client.query("begin isolation level repeatable read, read only; set local search_path = pg_catalog");
		const parameters = [config.dbSchemas, config.tenantColumn];
		const findings = [...(await findPoliciesPerRow(client, await readQuery("policies"), parameters))];
		for (const code of checks) {
			const { rows } = await client.query<Omit<Finding, "code">>(await readQuery(code), parameters);
			findings.push(...rows.map((row) => ({ ...row, code })));
		}
		return findings.sort((a, b) => Number(b.severity === "error") - Number(a.severity === "error"));
	} finally {
		await client.end();
	}
}

function readQuery(name: string): Promise<string> {
	return readFile(new URL(`../../sql/introspection/doctor/${name}.sql`, import.meta.url), "utf8");
}
