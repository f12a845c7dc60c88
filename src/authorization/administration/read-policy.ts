// Reading a tenant's policies: rules, roles and assignments as this process enforces them, and the log of changes.
import type { Pool } from "pg";
import type { Authorizer } from "../authorizer.ts";
import { everyTenant, type Rule } from "../rule.ts";
import type { TenantPolicy } from "../tenant-policy.ts";
import type { Assignment } from "./change-roles.ts";
import { readRoles } from "./requirements.ts";

/** A role with all that stands about it. */
export interface RoleDescription {
	readonly name: string;
	readonly description: string;
	readonly builtIn: boolean;
	readonly inherits: readonly string[];
	readonly rules: readonly Rule[];
}

/** A line of the log. */
export interface PolicyChange {
	readonly id: string;
	/** ISO 8601, UTC. */
	readonly at: string;
	readonly actor: string;
	readonly kind: "RULE" | "ASSIGNMENT" | "ROLE";
	/** JSON, or null. */
	readonly before: string | null;
	readonly after: string | null;
	readonly requestId: string | null;
}

export interface PolicyReader {
	readonly authorizer: Authorizer;
	readonly pool: Pool;
}

/** Rules in force in a tenant, of one role or user or of all. */
export function listRules({ authorizer }: PolicyReader, tenant: string, subject: string | null): readonly Rule[] {
	const rules = policyOf(authorizer, tenant)?.allRules() ?? [];
	return subject === null ? rules : rules.filter((rule) => rule[0] === subject);
}

/** The built-in roles and the tenant's own. */
export async function listRoles(
	{ authorizer, pool }: PolicyReader,
	tenant: string,
): Promise<readonly RoleDescription[]> {
	const policy = policyOf(authorizer, tenant);
	const client = await pool.connect();
	try {
		const roles = await readRoles(client, tenant);
		return [...roles.values()].map(({ name, description, tenant: owner }) => ({
			name,
			description,
			builtIn: owner === everyTenant,
			inherits: (policy?.rolesOf(`role:${name}`) ?? []).map(nameOfRole),
			rules: policy?.allRules().filter((rule) => rule[0] === `role:${name}`) ?? [],
		}));
	} finally {
		client.release();
	}
}

/** Roles that were given to people here. */
export function listAssignments(
	{ authorizer }: PolicyReader,
	tenant: string,
	only: { readonly user: string | null; readonly role: string | null },
): readonly Assignment[] {
	const policy = policyOf(authorizer, tenant);
	return (policy?.members() ?? [])
		.filter((member) => member.startsWith("user:"))
		.flatMap((member) =>
			(policy?.rolesOf(member) ?? []).map((role) => ({ user: member.slice("user:".length), role: nameOfRole(role) })),
		)
		.filter(({ user, role }) => (only.user ?? user) === user && (only.role ?? role) === role);
}

/**
 * The log of a tenant, newest first.
 * @param page.before id of the last line seen, or null
 */
export async function listChanges(
	{ pool }: PolicyReader,
	tenant: string,
	page: { readonly limit: number; readonly before: string | null },
): Promise<readonly PolicyChange[]> {
	const { rows } = await pool.query<PolicyChange>(
		`select
			id::text as id, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, actor,
			upper(subject) as kind, before::text as before, after::text as after, request_id as "requestId"
		from apprun.policy_audit
		where dom = $1 and ($2::bigint is null or id < $2::bigint)
		order by policy_audit.id desc
		limit $3`,
		[tenant, page.before, page.limit],
	);
	return rows;
}

const policyOf = (authorizer: Authorizer, tenant: string): TenantPolicy | null => authorizer.tenant(tenant);

const nameOfRole = (subject: string): string => subject.replace(/^role:/, "");
