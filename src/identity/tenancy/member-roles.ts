// The roles of a member, where Casbin finds them: as links of the tenant's policies. Identity gives them with a membership;
// afterwards they are given and taken by the administration of policies.
import type { ClientBase } from "pg";
import { roleSubject, userSubject } from "../../authorization/authorizer.ts";
import { insertRows, lockPolicies } from "../../authorization/policy-store.ts";
import { type Link, storedRow } from "../../authorization/rule.ts";

export interface MemberRoles {
	readonly tenantId: string;
	readonly subject: string;
	readonly roles: readonly string[];
}

/**
 * Puts what follows in order with every other change of policies, and names who makes it in their log. First in a
 * transaction: whoever holds rows of members and waits for this could be waited for.
 */
export async function beginMemberChange(transaction: ClientBase, actor: string): Promise<void> {
	await transaction.query("select set_config('apprun.actor', $1, true)", [userSubject(actor)]);
	await lockPolicies(transaction);
}

/** Gives roles to somebody who has just become a member, and so has none. */
export async function giveRoles(transaction: ClientBase, { tenantId, subject, roles }: MemberRoles): Promise<void> {
	const links = roles.map((role): Link => [userSubject(subject), roleSubject(role), tenantId]);
	await insertRows(transaction, links.map(storedRow));
}
