// Who is in a tenant, and which tenants a person is in. Nobody removes who holds more than they do; the last owner stays.
import type { Pool, PoolClient } from "pg";
import { AppError } from "../../error/app-error.ts";
import type { UserPrincipal } from "../principal.ts";
import { type Authority, requireManager } from "./authority.ts";
import { isTenantName } from "./decide-registration.ts";
import { inTransaction } from "./in-transaction.ts";
import { badArgument } from "./invitations.ts";
import { beginMemberChange, giveRoles } from "./member-roles.ts";

export interface Member {
	readonly id: string;
	readonly email: string;
	readonly name: string | null;
	readonly roles: readonly string[];
	readonly joinedAt: Date;
}

export interface Tenant {
	readonly id: string;
	readonly name: string;
	readonly slug: string;
}

export interface Membership {
	readonly tenant: Tenant;
	readonly roles: readonly string[];
	readonly joinedAt: Date;
}

const columns = `subject as id, email, name, apprun.member_roles(tenant_id, subject) as roles, created_at as "joinedAt"`;

/** The people of the caller's tenant, in the order in which they joined. */
export async function listMembers(pool: Pool, caller: UserPrincipal): Promise<readonly Member[]> {
	const { rows } = await pool.query<Member>(
		`select ${columns} from apprun.memberships where tenant_id = $1 and removed_at is null
		order by created_at, subject limit 10000`,
		[caller.tenantId],
	);
	return rows;
}

/** The tenants that a person is in and that are open, in the order in which they joined. */
export async function listMemberships(pool: Pool, subject: string): Promise<readonly Membership[]> {
	const { rows } = await pool.query<Tenant & Omit<Membership, "tenant">>(
		`select t.id, t.name, t.slug, apprun.member_roles(t.id, m.subject) as roles, m.created_at as "joinedAt"
		from apprun.memberships m join apprun.tenants t on t.id = m.tenant_id
		where m.subject = $1 and m.removed_at is null and t.suspended_at is null order by m.created_at, m.tenant_id`,
		[subject],
	);
	return rows.map(({ id, name, slug, roles, joinedAt }) => ({ tenant: { id, name, slug }, roles, joinedAt }));
}

/** A tenant by its id. */
export async function findTenant(pool: Pool, id: string): Promise<Tenant | null> {
	const { rows } = await pool.query<Tenant>("select id, name, slug from apprun.tenants where id = $1", [id]);
	return rows[0] ?? null;
}

/**
 * Takes a person out of the caller's tenant; oneself, too. From then on every credential of theirs is refused there.
 * @returns false when there is no such member
 * @throws AppError FORBIDDEN for a role above the caller's, CONFLICT for the last owner
 */
export async function removeMember(
	{ pool, authority }: { readonly pool: Pool; readonly authority: Authority },
	caller: UserPrincipal,
	subject: string,
): Promise<boolean> {
	if (subject !== caller.subject) requireManager(authority, caller);
	return inTransaction(pool, async (client) => {
		// In order with every other change of roles: two owners who remove each other at once cannot leave the tenant without one.
		await beginMemberChange(client, caller.subject);
		const { rows } = await client.query<{ subject: string; roles: string[] }>(
			`select * from (
				select subject, apprun.member_roles(tenant_id, subject) as roles from apprun.memberships
				where tenant_id = $1 and removed_at is null
			) as members
			where subject = $2 or 'owner' = any (roles)`,
			[caller.tenantId, subject],
		);
		const member = rows.find((row) => row.subject === subject);
		if (member === undefined) return false;
		if (subject !== caller.subject && !member.roles.every((role) => authority.holdsRole(caller, role)))
			throw new AppError("FORBIDDEN", { message: "Somebody with a role above your own cannot be removed by you." });
		if (member.roles.includes("owner") && rows.filter(({ roles }) => roles.includes("owner")).length === 1)
			throw new AppError("CONFLICT", {
				message: "The last owner of a tenant cannot be removed.",
				hint: 'Invite another owner first, or make a member one: assignRole(user: …, role: "owner").',
			});
		await client.query("update apprun.memberships set removed_at = now() where tenant_id = $1 and subject = $2", [
			caller.tenantId,
			subject,
		]);
		return true;
	});
}

/**
 * Gives the caller's tenant another name.
 * @throws AppError BAD_USER_INPUT for an unusable name
 */
export async function renameTenant(pool: Pool, caller: UserPrincipal, name: string): Promise<Tenant> {
	if (!isTenantName(name)) throw badArgument("name", "It must have 1 to 200 characters and no control characters.");
	const { rows } = await pool.query<Tenant>(
		"update apprun.tenants set name = $2 where id = $1 returning id, name, slug",
		[caller.tenantId, name.trim()],
	);
	const tenant = rows[0];
	if (tenant === undefined) throw new AppError("NOT_FOUND", { message: "Your tenant is gone." });
	return tenant;
}

/**
 * Puts a person into a tenant by invitation, again after having been removed; a member stays as they are. The caller has
 * begun the change and claimed the invitation.
 */
export async function joinTenant(
	client: PoolClient,
	member: {
		readonly tenantId: string;
		readonly subject: string;
		readonly email: string;
		readonly name: string | null;
		readonly role: string;
		readonly invitationId: string;
	},
): Promise<void> {
	const { tenantId, subject, email, name, role, invitationId } = member;
	const { rowCount } = await client.query(
		`insert into apprun.memberships (tenant_id, subject, email, name, invitation_id) values ($1, $2, $3, $4, $5)
		on conflict (tenant_id, subject) do update
			set email = excluded.email, name = excluded.name, invitation_id = excluded.invitation_id, created_at = now(),
				removed_at = null
			where memberships.removed_at is not null`,
		[tenantId, subject, email, name, invitationId],
	);
	if (rowCount === 1) await giveRoles(client, { tenantId, subject, roles: [role] });
}
