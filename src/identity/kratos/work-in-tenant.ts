// Moves a person to a tenant: what Kratos remembers of them (`metadata_public`, and the trait that they see) is what
// their next session or JWT says. Refuses a tenant that they are no member of.
import type { Pool } from "pg";
import { AppError } from "../../error/app-error.ts";
import { type Assignment, isUuid, type Person, writeAssignment } from "../tenancy/assignment.ts";
import { inTransaction } from "../tenancy/in-transaction.ts";
import { badArgument, claimInvitation, findInvitation } from "../tenancy/invitations.ts";
import { beginMemberChange } from "../tenancy/member-roles.ts";
import { joinTenant, listMemberships, type Membership } from "../tenancy/members.ts";
import { announcePerson } from "../tenancy/watch-identity.ts";
import { askDatabase, readIdentity } from "./admit.ts";
import { hookMessages } from "./flow-errors.ts";
import type { KratosClient } from "./kratos-client.ts";

export interface TenantMoves {
	readonly kratos: KratosClient;
	readonly pool: Pool;
}

/**
 * Lets a person work in another tenant of theirs, in all their sessions.
 * @throws AppError NOT_FOUND when they are not a member (or it is suspended, or there is none), UPSTREAM_UNAVAILABLE
 */
export async function switchTenant({ kratos, pool }: TenantMoves, subject: string, tenantId: string): Promise<void> {
	const memberships = await askDatabase(() => listMemberships(pool, subject));
	const membership = memberships.find((one) => isUuid(tenantId) && one.tenant.id === tenantId.toLowerCase());
	if (membership === undefined)
		throw new AppError("NOT_FOUND", {
			message: "You are not a member of such a tenant.",
			hint: "me { memberships { tenant { id } } } lists yours.",
		});
	await assign(kratos, subject, assignmentTo(membership));
	await askDatabase(() => announcePerson(pool, subject));
}

/** An invitation as a person gives it. */
export interface GivenInvitation {
	readonly secret: string;
	/** Name of the argument that it was given as, for its refusal. */
	readonly argument: string;
}

/**
 * Lets a person who has an account join by invitation, and work there.
 * @returns the tenant's id
 * @throws AppError BAD_USER_INPUT naming the argument, UPSTREAM_UNAVAILABLE
 */
export async function joinByInvitation(
	{ kratos, pool }: TenantMoves,
	subject: string,
	given: GivenInvitation,
): Promise<string> {
	const { person } = await readIdentity(kratos, subject);
	const assignment = await askDatabase(() => useInvitation(pool, person, given));
	await assign(kratos, subject, assignment);
	await askDatabase(() => announcePerson(pool, subject));
	return assignment.tenantId;
}

/**
 * After a person was removed from a tenant: lets them go on in the next of theirs, if they worked in that one.
 * Without any they can still sign in at Kratos, and with a new invitation here.
 */
export async function leaveTenant({ kratos, pool }: TenantMoves, subject: string, tenantId: string): Promise<void> {
	const { person } = await readIdentity(kratos, subject);
	if (person.assignment?.tenantId !== tenantId) return;
	const [next] = await askDatabase(() => listMemberships(pool, subject));
	await assign(kratos, subject, next === undefined ? null : assignmentTo(next));
	await askDatabase(() => announcePerson(pool, subject));
}

async function useInvitation(pool: Pool, person: Person, given: GivenInvitation): Promise<Assignment> {
	const { secret, argument } = given;
	const invitation = await findInvitation(pool, secret.trim(), person.email);
	if (invitation === "otherEmail") throw badArgument(argument, hookMessages.invitationForOther.text);
	const unknown = () => badArgument(argument, hookMessages.invitationUnknown.text);
	if (invitation === "unknown") throw unknown();
	const { id, tenantId } = invitation;
	const { subject, email, name } = person;
	return inTransaction(pool, async (client) => {
		await beginMemberChange(client, subject);
		const role = await claimInvitation(client, { id, tenantId, email, subject, at: new Date() });
		if (role === null) throw unknown();
		await joinTenant(client, { tenantId, subject, email, name, role, invitationId: id });
		return { tenantId, roles: [role], invitationId: id, tenantName: null };
	});
}

function assignmentTo({ tenant, roles }: Membership): Assignment {
	return { tenantId: tenant.id, roles, invitationId: null, tenantName: null };
}

/** Writes what Kratos remembers; nothing else of the identity is touched. */
async function assign(kratos: KratosClient, subject: string, assignment: Assignment | null): Promise<void> {
	const put = (path: string, value: unknown) => ({ op: "add", path, value }) as const;
	const jsonPatch = [
		put("/metadata_public", assignment === null ? {} : writeAssignment(assignment)),
		put("/traits/tenant_id", assignment?.tenantId ?? ""),
	];
	await kratos.ask(kratos.admin.patchIdentity({ id: subject, jsonPatch }));
}
