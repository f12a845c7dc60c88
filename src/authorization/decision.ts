// What authorization answers: plain frozen data, safe to log (names of objects and roles, no row data).
import type { Rule } from "./rule.ts";

/** One thing that a request does to one object. */
export interface Touch {
	readonly object: string;
	readonly action: string;
}

/**
 * Why: a rule allows it, a rule denies it, no rule allows it, the caller has no usable tenant, or the policies could
 * not be loaded.
 */
export type DecisionReason = "allowed" | "denied" | "unmentioned" | "noTenant" | "notLoaded";

export interface Decision extends Touch {
	readonly allowed: boolean;
	readonly reason: DecisionReason;
	/** Tenant id, or `none`. */
	readonly tenant: string;
	/** Everything that the caller counts as: roles, inherited roles, and the user where a rule names it. */
	readonly roles: readonly string[];
	/** The rule that decided. */
	readonly rule: Rule | null;
	/** Version of the policies that it was decided by. */
	readonly policyVersion: number;
}
