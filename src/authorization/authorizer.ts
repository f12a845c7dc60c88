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

/** Where a principal's roles and name are as Casbin knows them. */
interface Caller {
	/** Null: the credential names no usable tenant. */
	readonly tenant: string | null;
	readonly roles: readonly string[];
	/** From this version of the policies on, these say the roles; null: the credential does. */
	readonly rolesAt: number | null;
	readonly user: string | null;
	/** The last answer of standing(), as long as the same snapshot is in force. */
	last: { readonly snapshot: PolicySnapshot; readonly standing: Standing } | null;
}

/** The Casbin subject of a person. */
export const userSubject = (subject: string): string => `user:${subject}`;

/** The Casbin subject of an application role. */
export const roleSubject = (role: string): string => `role:${role}`;

/** Decides by the policies that are in force at the moment. */
export class Authorizer {
	readonly #policies: Pick<PolicySync, "snapshot" | "staleMs">;
	readonly #staleLimitMs: number;
	readonly #callers = new WeakMap<Principal, Caller>();
	readonly #nobody: Caller = {
		...{ tenant: noTenant, roles: Object.freeze(["role:anonymous"]), rolesAt: null },
		...{ user: null, last: null },
	};

	/**
	 * @param policies what keeps the policies new
	 * @param staleLimitMs how long policies may be unconfirmed before this process stops being ready
	 */
	constructor(policies: Pick<PolicySync, "snapshot" | "staleMs">, staleLimitMs: number) {
		this.#policies = policies;
		this.#staleLimitMs = staleLimitMs;
	}

	/** Decides one thing. Never throws: without policies or tenant the answer is no. */
	decide(principal: Principal, object: string, action: string): Decision {
		const standing = this.standing(principal);
		if (standing === null) return this.#undecidable(principal, { object, action });
		return standing.policy.decide(standing.subject, object, action);
	}

	/**
	 * Decides a list and remembers the answer by the list's identity: give the same frozen array again.
	 * @returns the first refusal, or null when all is allowed
	 */
	decideAll(principal: Principal, touches: readonly Touch[]): Decision | null {
		const [first] = touches;
		if (first === undefined) return null;
		const standing = this.standing(principal);
		if (standing === null) return this.#undecidable(principal, first);
		const { policy, subject } = standing;
		const known = subject.lists.get(touches);
		if (known !== undefined) return known;
		const decisions = touches.map(({ object, action }) => policy.decide(subject, object, action));
		const refusal = decisions.find((decision) => !decision.allowed) ?? null;
		subject.lists.set(touches, refusal);
		return refusal;
	}

	/** For administration and explanations; null when there is nothing to decide by. */
	standing(principal: Principal): Standing | null {
		const caller = this.#callerOf(principal);
		const { snapshot } = this.#policies;
		if (caller.tenant === null || snapshot === null) return null;
		if (caller.last?.snapshot === snapshot) return caller.last.standing;
		const policy = snapshot.tenant(caller.tenant);
		// Read before these policies: whatever of them was taken meanwhile must not count.
		const outdated = caller.rolesAt !== null && caller.rolesAt <= snapshot.version;
		const subject = policy.subject(outdated ? [] : caller.roles, caller.user);
		caller.last = { snapshot, standing: { policy, subject } };
		return caller.last.standing;
	}

	/** The rules in force in a tenant; null before the first load. */
	tenant(tenant: string): TenantPolicy | null {
		return this.#policies.snapshot?.tenant(tenant) ?? null;
	}

	/** A line of GET /health/ready. */
	health(): ServiceHealth {
		const name = "policies";
		if (this.#policies.snapshot === null)
			return { name, status: "unavailable", reason: "The policies could not be loaded yet." };
		const staleMs = this.#policies.staleMs();
		if (staleMs <= this.#staleLimitMs) return { name, status: "ok" };
		const reason = `Nobody could confirm the policies for ${Math.round(staleMs / 1000)} s.`;
		return { name, status: "unavailable", reason };
	}

	#callerOf(principal: Principal): Caller {
		if (principal.kind === "anonymous") return this.#nobody;
		const known = this.#callers.get(principal);
		if (known !== undefined) return known;
		const roles = Object.freeze([...new Set(principal.roles)].sort().map(roleSubject));
		const user = userSubject(principal.subject);
		const rolesAt = principal.rolesAt ?? null;
		const caller: Caller = { tenant: tenantName(principal.tenantId), roles, rolesAt, user, last: null };
		this.#callers.set(principal, caller);
		return caller;
	}

	#undecidable(principal: Principal, { object, action }: Touch): Decision {
		const { tenant, roles } = this.#callerOf(principal);
		const reason = this.#policies.snapshot === null ? "notLoaded" : "noTenant";
		const decided = { object, action, allowed: false, reason, rule: null, policyVersion: 0 } as const;
		return Object.freeze({ ...decided, tenant: tenant ?? noTenant, roles });
	}
}
