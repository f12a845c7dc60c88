// Invitations: made by a member who manages people, worth one registration with one e-mail address. The secret is given
// out once and only its hash is stored.
import { createHash, randomBytes } from "node:crypto";
import type { Pool, PoolClient } from "pg";
import { AppError } from "../../error/app-error.ts";
import type { UserPrincipal } from "../principal.ts";
import { isUuid } from "./assignment.ts";
import type { Authority } from "./authority.ts";

export interface Invitation {
	readonly id: string;
	readonly tenantId: string;
	readonly email: string;
	readonly role: string;
	readonly invitedBy: string;
	readonly createdAt: Date;
	readonly expiresAt: Date;
	readonly status: "OPEN" | "USED" | "REVOKED" | "EXPIRED";
}

/** Why an invitation cannot be used. */
export type InvitationRefusal = "unknown" | "otherEmail";

export interface InviteInput {
	readonly email: string;
	readonly role: string;
	/** Seconds. */
	readonly expiresIn: number;
}

const longest = { seconds: 30 * 24 * 3600, email: 320 };
const shortestSeconds = 60;
const columns = `id, tenant_id as "tenantId", email, role, invited_by as "invitedBy", created_at as "createdAt",
	expires_at as "expiresAt", case when used_at is not null then 'USED' when revoked_at is not null then 'REVOKED'
	when expires_at <= now() then 'EXPIRED' else 'OPEN' end as status`;

const hash = (secret: string): Buffer => createHash("sha256").update(secret).digest();
export const sameEmail = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/**
 * Makes an invitation into the tenant of an inviter who may manage people.
 * @returns it with its secret, which cannot be had again
 * @throws AppError FORBIDDEN for a role above the inviter's, BAD_USER_INPUT naming the argument
 */
export async function invite(
	{ pool, authority }: { readonly pool: Pool; readonly authority: Authority },
	inviter: UserPrincipal,
	input: InviteInput,
): Promise<{ readonly invitation: Invitation; readonly secret: string }> {
	const email = input.email.trim().toLowerCase();
	if (email.length > longest.email || !/^[^\s@]+@[^\s@]+$/.test(email))
		throw badArgument("email", "That is not an e-mail address.");
	const roles = await listRoles(pool, inviter.tenantId);
	if (!roles.includes(input.role))
		throw badArgument("role", `There is no role of that name; there are ${roles.join(", ")}.`);
	if (!authority.holdsRole(inviter, input.role))
		throw new AppError("FORBIDDEN", {
			message: "A role above your own cannot be given.",
			hint: "Invite with a role that you hold, or ask an owner.",
		});
	if (input.expiresIn < shortestSeconds || input.expiresIn > longest.seconds)
		throw badArgument("expiresIn", `It must be between ${shortestSeconds} and ${longest.seconds} seconds.`);
	const secret = randomBytes(32).toString("base64url");
	const { rows } = await pool.query<Invitation>(
		`insert into apprun.invitations (tenant_id, email, role, token_hash, invited_by, expires_at)
		values ($1, $2, $3, $4, $5, now() + make_interval(secs => $6)) returning ${columns}`,
		[inviter.tenantId, email, input.role, hash(secret), inviter.subject, input.expiresIn],
	);
	return { invitation: rows[0] as Invitation, secret };
}

/** Roles that somebody can have in a tenant: the built-in ones and its own. */
async function listRoles(pool: Pool, tenantId: string): Promise<readonly string[]> {
	const { rows } = await pool.query<{ name: string }>(
		"select name from apprun.policy_role where dom in ('*', $1) and name <> 'anonymous' order by dom, name",
		[tenantId],
	);
	return rows.map(({ name }) => name);
}

/** The invitations of the caller's tenant, newest first. */
export async function listInvitations(pool: Pool, caller: UserPrincipal): Promise<readonly Invitation[]> {
	const { rows } = await pool.query<Invitation>(
		`select ${columns} from apprun.invitations where tenant_id = $1 order by created_at desc, id limit 1000`,
		[caller.tenantId],
	);
	return rows;
}

/** Takes an open invitation back; false when there is none of that id in the caller's tenant. */
export async function revokeInvitation(pool: Pool, caller: UserPrincipal, id: string): Promise<boolean> {
	if (!isUuid(id)) return false;
	const { rowCount } = await pool.query(
		`update apprun.invitations set revoked_at = now()
		where id = $1 and tenant_id = $2 and used_at is null and revoked_at is null`,
		[id, caller.tenantId],
	);
	return rowCount === 1;
}

/** Finds the open invitation of a secret. An unknown, used, revoked or expired one is `unknown`: which, is nobody's business. */
export async function findInvitation(
	pool: Pool,
	secret: string,
	email: string,
): Promise<Invitation | InvitationRefusal> {
	const { rows } = await pool.query<Invitation>(`select ${columns} from apprun.invitations where token_hash = $1`, [
		hash(secret),
	]);
	const invitation = rows[0];
	if (invitation === undefined || invitation.status !== "OPEN") return "unknown";
	return sameEmail(invitation.email, email) ? invitation : "otherEmail";
}

/**
 * Uses an invitation up, for exactly one subject; again for the same subject is fine.
 * @param at when the person accepted it: being slow afterwards does not make it expire
 * @returns the role that it gives, or null when it cannot be used
 */
export async function claimInvitation(
	client: PoolClient,
	claim: {
		readonly id: string;
		readonly tenantId: string;
		readonly email: string;
		readonly subject: string;
		readonly at: Date;
	},
): Promise<string | null> {
	const { rows } = await client.query<{ role: string }>(
		`update apprun.invitations set used_at = coalesce(used_at, now()), used_by = $1
		where id = $2 and tenant_id = $3 and email = lower($4) and coalesce(used_by, $1) = $1
			and revoked_at is null and expires_at >= $5
		returning role`,
		[claim.subject, claim.id, claim.tenantId, claim.email, claim.at],
	);
	return rows[0]?.role ?? null;
}

export function badArgument(argument: string, message: string): AppError {
	return new AppError("BAD_USER_INPUT", { message, extensions: { field: argument } });
}
