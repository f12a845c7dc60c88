// The stage: principal + object + action → decision. Denies everybody everything until the policies were loaded once.
import type { Principal } from "../identity/principal.ts";
import type { ServiceHealth } from "../stack/endpoints.ts";
import type { Decision, Touch } from "./decision.ts";
import type { PolicySnapshot } from "./policy-snapshot.ts";
import type { PolicySync } from "./policy-sync.ts";
import { noTenant, tenantName } from "./rule.ts";
import type { Subject, TenantPolicy } from "./tenant-policy.ts";

/** A caller in their tenant, with the rules in force there. */
export interface Standing {
	readonly policy: TenantPolicy;
	readonly subject: Subject;
}

export interface Authorizer {
	/** Decides one thing. Never throws: without policies or tenant the answer is no. */
	decide(principal: Principal, object: string, action: string): Decision;
	/**
	 * Decides a list and remembers the answer by the list's identity: give the same frozen array again.
	 * @returns the first refusal, or null when all is allowed
	 */
	decideAll(principal: Principal, touches: readonly Touch[]): Decision | null;
	/** For administration and explanations; null when there is nothing to decide by. */
	standing(principal: Principal): Standing | null;
	/** The rules in force in a tenant; null before the first load. */
	tenant(tenant: string): TenantPolicy | null;
	/** A line of GET /health/ready. */
	health(): ServiceHealth;
}

/** Where a principal's roles and name are as Casbin knows them. */
interface Caller {
	readonly tenant: string | null;
	readonly roles: readonly string[];
	readonly user: string | null;
	/** The last answer of standing(), as long as the same snapshot is in force. */
	last: { readonly snapshot: PolicySnapshot; readonly standing: Standing } | null;
}

/** The Casbin subject of a person. */
export const userSubject = (subject: string): string => `user:${subject}`;

/** The Casbin subject of an application role. */
export const roleSubject = (role: string): string => `role:${role}`;

/**
 * Makes the stage.
 * @param policies what keeps the policies new
 * @param staleLimitMs how long policies may be unconfirmed before this process stops being ready
 */
export function createAuthorizer(policies: Pick<PolicySync, "snapshot" | "staleMs">, staleLimitMs: number): Authorizer {
	const callers = new WeakMap<Principal, Caller>();
	const nobody: Caller = { tenant: noTenant, roles: Object.freeze(["role:anonymous"]), user: null, last: null };

	function callerOf(principal: Principal): Caller {
		if (principal.kind === "anonymous") return nobody;
		const known = callers.get(principal);
		if (known !== undefined) return known;
		const roles = Object.freeze([...new Set(principal.roles)].sort().map(roleSubject));
		const tenant = tenantName(principal.tenantId);
		const caller = { tenant, roles, user: userSubject(principal.subject), last: null };
		callers.set(principal, caller);
		return caller;
	}

	function standing(principal: Principal): Standing | null {
		const caller = callerOf(principal);
		const snapshot = policies.snapshot;
		if (caller.tenant === null || snapshot === null) return null;
		if (caller.last?.snapshot === snapshot) return caller.last.standing;
		const policy = snapshot.tenant(caller.tenant);
		caller.last = { snapshot, standing: { policy, subject: policy.subject(caller.roles, caller.user) } };
		return caller.last.standing;
	}

	function undecidable(principal: Principal, { object, action }: Touch): Decision {
		const { tenant, roles } = callerOf(principal);
		const reason = policies.snapshot === null ? "notLoaded" : "noTenant";
		const decided = { object, action, allowed: false, reason, rule: null, policyVersion: 0 } as const;
		return Object.freeze({ ...decided, tenant: tenant ?? noTenant, roles });
	}

	return Object.freeze({
		standing,
		tenant: (tenant: string) => policies.snapshot?.tenant(tenant) ?? null,
		decide(principal: Principal, object: string, action: string) {
			const stands = standing(principal);
			if (stands === null) return undecidable(principal, { object, action });
			return stands.policy.decide(stands.subject, object, action);
		},
		decideAll(principal: Principal, touches: readonly Touch[]) {
			const stands = standing(principal);
			const first = touches[0];
			if (first === undefined) return null;
			if (stands === null) return undecidable(principal, first);
			const { policy, subject } = stands;
			const known = subject.lists.get(touches);
			if (known !== undefined) return known;
			const refusal =
				touches
					.map(({ object, action }) => policy.decide(subject, object, action))
					.find((decision) => !decision.allowed) ?? null;
			subject.lists.set(touches, refusal);
			return refusal;
		},
		health(): ServiceHealth {
			if (policies.snapshot === null)
				return { name: "policies", status: "unavailable", reason: "The policies could not be loaded yet." };
			const seconds = Math.round(policies.staleMs() / 1000);
			if (policies.staleMs() > staleLimitMs)
				return {
					name: "policies",
					status: "unavailable",
					reason: `Nobody could confirm the policies for ${seconds} s.`,
				};
			return { name: "policies", status: "ok" };
		},
	});
}
