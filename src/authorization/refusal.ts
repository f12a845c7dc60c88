// Takes a decision that says no, gives the error for the client: a code for everybody, the reason for those who may know
// it (in development, or with the right to read the policies), and what an admin could change.
import { AppError } from "../error/app-error.ts";
import { DatabaseRefusal } from "../error/database-refusal.ts";
import type { Principal } from "../identity/principal.ts";
import type { Authorizer } from "./authorizer.ts";
import type { Decision, Touch } from "./decision.ts";
import { everyTenant, noTenant, type Rule, ruleText } from "./rule.ts";

/** Which wall said no. */
export type RefusedBy = "CASBIN" | "GRANT" | "ROW_LEVEL_SECURITY";

/** `extensions.reason`: what an admin needs to see why, and what to do. */
export interface RefusalReason {
	readonly refusedBy: RefusedBy;
	/** Every role that the caller counts as. */
	readonly roles: readonly string[];
	readonly object: string | null;
	readonly action: string | null;
	/** The denying rule as policy.csv writes it; null: no rule allows it. */
	readonly rule: string | null;
	readonly explanation: string;
	/** One for each thing that has to change before the same request is allowed. */
	readonly suggestions: readonly string[];
}

export interface RefusalOptions {
	readonly authorizer: Authorizer;
	/** Tells everybody why. */
	readonly development: boolean;
}

/** Whether a caller may be told why something was refused. */
export function mayKnowWhy({ authorizer, development }: RefusalOptions, principal: Principal): boolean {
	return development || authorizer.decide(principal, "admin/policy", "read").allowed;
}

/**
 * The error for a refused request.
 * @param refused everything that was refused, at least one; the first is what the message is about
 */
export function refusal(options: RefusalOptions, principal: Principal, refused: readonly Decision[]): AppError {
	const [first] = refused;
	if (first?.reason === "notLoaded")
		return new AppError("UPSTREAM_UNAVAILABLE", {
			message: "Nobody can be allowed anything yet: the policies are not loaded.",
		});
	// What somebody who is not signed in can do about it is to sign in, whatever the rules say.
	if (principal.kind === "anonymous")
		return new AppError("UNAUTHENTICATED", {
			message: "This needs somebody who is signed in.",
			hint: "Sign in, and send the credential with the request.",
		});
	const known = first !== undefined && mayKnowWhy(options, principal);
	const details = known ? { extensions: { reason: reasonOf(refused, first) } } : {};
	return new AppError("FORBIDDEN", details);
}

/**
 * An error of a resolver, with its reason where the database refused what the rules allow and the caller may know.
 * @param touch what the refused field does first
 */
export function explainDatabase(options: RefusalOptions, principal: Principal, error: unknown, touch: Touch): unknown {
	const cause = error instanceof AppError ? error.cause : undefined;
	if (!(cause instanceof DatabaseRefusal) || !mayKnowWhy(options, principal)) return error;
	const { roles } = options.authorizer.decide(principal, touch.object, touch.action);
	const [explanation, suggestion] = wallTexts[cause.wall];
	const reason: RefusalReason = {
		refusedBy: cause.wall,
		roles,
		object: touch.object,
		action: touch.action,
		rule: null,
		explanation,
		suggestions: [suggestion],
	};
	return new AppError("FORBIDDEN", { extensions: { reason }, cause });
}

const wallTexts: Readonly<Record<DatabaseRefusal["wall"], readonly [explanation: string, suggestion: string]>> = {
	GRANT: [
		"The rules allow it, and the database does not: the database role of the caller lacks a GRANT.",
		"explainAccess names the GRANT that is missing; a migration of the database has to add it.",
	],
	ROW_LEVEL_SECURITY: [
		"The rules allow it, and row level security does not: a row breaks a policy of its table, such as one of another tenant.",
		"Check the values that are written; the policies of the table stand in the database.",
	],
};

/** What stands in `extensions.reason`. */
export function reasonOf(refused: readonly Decision[], first: Decision): RefusalReason {
	return {
		refusedBy: "CASBIN",
		roles: first.roles,
		object: first.object,
		action: first.action,
		rule: first.rule === null ? null : ruleText(first.rule),
		explanation: explain(first),
		suggestions: [...new Set(refused.map(suggest))],
	};
}

/** One sentence that says why a decision is as it is. */
export function explain({ reason, rule, roles, action, object, tenant }: Decision): string {
	const who = roles.length === 0 ? "A caller without a role" : roles.join(" + ");
	switch (reason) {
		case "allowed":
			return `${who} may ${action} ${object}: ${ruleOf(rule)}.`;
		case "denied":
			return `${who} may not ${action} ${object}: ${ruleOf(rule)}, and a denial wins.`;
		case "unmentioned":
			return `${who} may not ${action} ${object}: no rule in tenant ${tenant} allows it.`;
		case "noTenant":
			return `${who} may not ${action} ${object}: the credential names no usable tenant.`;
		case "notLoaded":
			return "The policies are not loaded.";
	}
}

/** What an admin of the tenant could do about a refusal. */
export function suggest({ reason, rule, roles, action, object, tenant: where }: Decision): string {
	if (reason === "denied" && rule !== null) {
		const [subject, tenant] = rule;
		if (tenant === everyTenant)
			return `The rule \`${ruleText(rule)}\` is built in and can only be changed by the operator. Give the person a role other than ${subject}.`;
		return `Remove the denial: removeAccessRule(input: ${ruleInput(rule)}).`;
	}
	const role = roles.find((name) => name.startsWith("role:"));
	if (reason !== "unmentioned" || role === undefined || where === noTenant) return "Sign in to a tenant with a role.";
	return `Allow it: addAccessRule(input: ${ruleInput([role, "", object, action, "allow"])}).`;
}

const ruleOf = (rule: Rule | null): string => (rule === null ? "no rule" : `\`${ruleText(rule)}\``);

/** A rule as the argument of the mutation that adds or removes it. */
export function ruleInput([subject, , object, action, effect]: Rule): string {
	const { stringify } = JSON;
	return `{ subject: ${stringify(subject)}, object: ${stringify(object)}, action: ${stringify(action)}, effect: ${effect.toUpperCase()} }`;
}
