// Writes the tenant and the membership of a person whom Kratos has stored. May run any number of times, from the hook and
// from the first request, at once: it gives the same result. Refuses to put anybody into a tenant that is not theirs.
import type { Pool, PoolClient } from "pg";
import type { Assignment, Person } from "./assignment.ts";
import { inTransaction } from "./in-transaction.ts";
import { claimInvitation } from "./invitations.ts";
import { beginMemberChange, giveRoles } from "./member-roles.ts";

/**
 * Puts a person where their assignment says.
 * @param acceptedAt when the identity was stored
 * @returns false when the assignment gives no right to it: the tenant is another founder's, the invitation was taken
 *   back or used by somebody else, or the person was removed
 */
export async function provision(pool: Pool, person: Person, acceptedAt: Date): Promise<boolean> {
	const { assignment } = person;
	if (assignment === null) return false;
	return inTransaction(pool, async (client) => {
		const known = await client.query<{ removed: boolean }>(
			"select removed_at is not null as removed from apprun.memberships where tenant_id = $1 and subject = $2",
			[assignment.tenantId, person.subject],
		);
		if (known.rows[0] !== undefined) return !known.rows[0].removed;
		await beginMemberChange(client, person.subject);
		const role = await roleOf(client, person, assignment, acceptedAt);
		if (role === null) return false;
		const { tenantId, invitationId } = assignment;
		const { subject, email, name } = person;
		const { rowCount } = await client.query(
			`insert into apprun.memberships (tenant_id, subject, email, name, invitation_id) values ($1, $2, $3, $4, $5)
			on conflict do nothing`,
			[tenantId, subject, email, name, invitationId],
		);
		// Somebody else may have put them there meanwhile, and their roles changed since.
		if (rowCount === 1) await giveRoles(client, { tenantId, subject, roles: [role] });
		return true;
	});
}

async function roleOf(client: PoolClient, person: Person, assignment: Assignment, at: Date): Promise<string | null> {
	const { tenantId, invitationId } = assignment;
	if (invitationId !== null)
		return claimInvitation(client, { id: invitationId, tenantId, email: person.email, subject: person.subject, at });
	return (await foundTenant(client, person, assignment)) ? "owner" : null;
}

/** Makes the tenant, unless it is there; whether the person is its founder. */
async function foundTenant(client: PoolClient, person: Person, assignment: Assignment): Promise<boolean> {
	const { tenantId, tenantName } = assignment;
	for (const slug of slugsFor(tenantName ?? "", tenantId)) {
		if (tenantName !== null)
			await client.query(
				"insert into apprun.tenants (id, slug, name, created_by) values ($1, $2, $3, $4) on conflict do nothing",
				[tenantId, slug, tenantName, person.subject],
			);
		const { rows } = await client.query<{ mine: boolean }>(
			"select created_by is not distinct from $2 as mine from apprun.tenants where id = $1",
			[tenantId, person.subject],
		);
		if (rows[0] !== undefined) return rows[0].mine;
	}
	return false;
}

/** The name as a slug, and a longer one for when that is taken. */
export function slugsFor(name: string, tenantId: string): readonly string[] {
	const plain = name
		.normalize("NFKD")
		.replace(/\p{M}/gu, "")
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, "-")
		.replace(/^-+/, "");
	const cut = (length: number) => plain.slice(0, length).replace(/-+$/, "");
	return [cut(63) || "tenant", `${cut(50) || "tenant"}-${tenantId.slice(0, 8)}`];
}
