// One change of a tenant's policies: in a transaction, in order with all other changes, checked against the rules as they
// are then (not as this process last saw them), and in force here before it answers.
import type { ClientBase, Pool } from "pg";
import { AppError } from "../../error/app-error.ts";
import type { Principal } from "../../identity/principal.ts";
import { roleSubject, userSubject } from "../authorizer.ts";
import type { PolicyEngine } from "../policy-engine.ts";
import { PolicySnapshot } from "../policy-snapshot.ts";
import { loadTenants, lockPolicies, policyVersion } from "../policy-store.ts";
import type { PolicySync } from "../policy-sync.ts";
import type { RefusalOptions } from "../refusal.ts";
import { refusal } from "../refusal.ts";
import { everyTenant, tenantName } from "../rule.ts";
import type { Subject, TenantPolicy } from "../tenant-policy.ts";
import { isAdministrable, owners } from "./holding.ts";

/** Who changes something, for which request. */
export interface Changer {
	readonly principal: Principal;
	readonly requestId: string;
}

export interface ChangeOptions extends RefusalOptions {
	readonly pool: Pool;
	readonly engine: PolicyEngine;
	readonly policies: Pick<PolicySync, "reached">;
}

/** A change that is under way. */
export interface Change {
	readonly transaction: ClientBase;
	readonly tenant: string;
	/** The rules as they are before the change. */
	readonly before: TenantPolicy;
	readonly actor: Subject;
}

/** Rules and assignments of one tenant. */
const mostRows = 10_000;
/** How long an answer waits until this process enforces its change, in milliseconds. */
const enforcedWithinMs = 2_000;

/**
 * Runs a change.
 * @param needs the right that the changer must still have once it is their turn
 * @param apply checks and writes; throws AppError to refuse, and nothing is written
 */
export async function changePolicy<Result>(
	options: ChangeOptions,
	changer: Changer,
	needs: string,
	apply: (change: Change) => Promise<Result>,
): Promise<Result> {
	const { result, version } = await inTransaction(options, changer, async (client) => {
		const change = await begin(client, options, changer, needs);
		const result = await apply(change);
		await requireUsable(client, options, change);
		return { result, version: await policyVersion(client) };
	});
	// The connection is given back first: the load that is waited for may need it.
	await options.policies.reached(version, enforcedWithinMs);
	return result;
}

async function inTransaction<Result>(
	{ pool }: ChangeOptions,
	{ principal, requestId }: Changer,
	work: (client: ClientBase) => Promise<Result>,
): Promise<Result> {
	const client = await pool.connect();
	try {
		await client.query("begin");
		await client.query("select set_config('apprun.actor', $1, true), set_config('apprun.request_id', $2, true)", [
			actorName(principal),
			requestId,
		]);
		await lockPolicies(client);
		const result = await work(client);
		await client.query("commit");
		return result;
	} catch (error) {
		await client.query("rollback").catch(() => undefined);
		throw error;
	} finally {
		client.release();
	}
}

async function begin(
	transaction: ClientBase,
	options: ChangeOptions,
	{ principal }: Changer,
	needs: string,
): Promise<Change> {
	const tenant = principal.kind === "user" ? tenantName(principal.tenantId) : null;
	if (principal.kind !== "user" || tenant === null) throw refusal(options, principal, []);
	const before = await readTenant(transaction, options.engine, tenant);
	const actor = before.subject(principal.roles.map(roleSubject).sort(), userSubject(principal.subject));
	const decision = before.evaluate(actor, needs, "manage");
	// Somebody may have taken this right away while the request was on its way.
	if (!decision.allowed) throw refusal(options, principal, [decision]);
	return { transaction, tenant, before, actor };
}

async function readTenant(transaction: ClientBase, engine: PolicyEngine, tenant: string): Promise<TenantPolicy> {
	const { version, rows } = await loadTenants(transaction, [everyTenant, tenant]);
	return PolicySnapshot.of(engine, version, rows).tenant(tenant);
}

/** Too many rules would slow everybody, and a tenant that nobody can administer could only be mended by the operator. */
async function requireUsable(
	transaction: ClientBase,
	{ engine }: ChangeOptions,
	{ tenant, before }: Change,
): Promise<void> {
	const after = await readTenant(transaction, engine, tenant);
	if (after.size > mostRows && after.size > before.size)
		throw new AppError("LIMIT_EXCEEDED", {
			message: `A tenant has at most ${mostRows} rules and assignments.`,
			hint: "Use patterns such as data:api/products/*, and roles instead of rules about people.",
		});
	const present = await membersAmong(transaction, tenant, [...owners(before), ...owners(after)]);
	const ownersBefore = owners(before).filter((owner) => present.has(owner));
	const ownersAfter = owners(after).filter((owner) => present.has(owner));
	if (ownersBefore.length > 0 && ownersAfter.length === 0)
		throw new AppError("CONFLICT", {
			message: "This is the last owner of the tenant.",
			hint: 'Make somebody else an owner first: assignRole(user: …, role: "owner").',
		});
	if (isAdministrable(before, ownersBefore) && !isAdministrable(after, ownersAfter))
		throw new AppError("CONFLICT", {
			message: "After this change no owner could administer the tenant.",
			hint: "Leave the owners manage on admin/policy and admin/member.",
		});
}

/**
 * Those who are members of the tenant: a role that was given to somebody who is not there administers nothing. All of them
 * where a tenant has no members, because its people come with credentials of their own.
 */
async function membersAmong(
	transaction: ClientBase,
	tenant: string,
	users: readonly string[],
): Promise<ReadonlySet<string>> {
	const { rows } = await transaction.query<{ user: string }>(
		`select "user" from unnest($2::text[]) as "user"
		where not exists (select from apprun.memberships where tenant_id = $1 and removed_at is null) or exists (
			select from apprun.memberships where tenant_id = $1 and removed_at is null and 'user:' || subject = "user"
		)`,
		[tenant, users],
	);
	return new Set(rows.map(({ user }) => user));
}

const actorName = (principal: Principal): string =>
	principal.kind === "user" ? userSubject(principal.subject) : "role:anonymous";
