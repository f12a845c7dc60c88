// Whether somebody holds all that a role or a rule would give: the test that keeps people from granting more than they
// have. Pure; asks Casbin about patterns as if they were objects, and looks at the denials below a pattern, too.
import { roleSubject, type Standing } from "../authorizer.ts";
import { actionsOf, objectMatches } from "../object.ts";
import type { Rule } from "../rule.ts";
import type { Subject, TenantPolicy } from "../tenant-policy.ts";

/** The first right that somebody lacks. */
export interface Lack {
	readonly object: string;
	readonly action: string;
	/** What denies it; null: nothing allows it. */
	readonly rule: Rule | null;
}

/**
 * Looks for a right among some rules that the actor does not hold.
 * @param rules what would be given: allowances, and the denials that come with them
 * @returns the first right that the actor lacks; null: the actor holds everything
 */
export function findLack(policy: TenantPolicy, actor: Subject, rules: readonly Rule[]): Lack | null {
	const denials = rules.filter((rule) => rule[4] === "deny");
	const ownDenials = policy.allRules().filter((rule) => rule[4] === "deny" && actor.closure.has(rule[0]));
	for (const [, , object, given, effect] of rules) {
		if (effect === "deny") continue;
		for (const action of given === "*" ? actionsOf(object) : [given]) {
			const decision = policy.evaluate(actor, object, action);
			if (!decision.allowed) {
				// Denied to the actor, and just as well denied to whoever would get the rule.
				if (decision.rule === null || !isDenied(denials, object, action))
					return { object, action, rule: decision.rule };
			}
			const below = ownDenials.find(
				(denial) =>
					objectMatches(denial[2], object) &&
					(denial[3] === "*" || denial[3] === action) &&
					!isDenied(denials, denial[2], action),
			);
			if (below !== undefined) return { object: below[2], action, rule: below };
		}
	}
	return null;
}

const isDenied = (denials: readonly Rule[], object: string, action: string): boolean =>
	denials.some((denial) => objectMatches(object, denial[2]) && (denial[3] === "*" || denial[3] === action));

/** Every rule in force about a role or user, also through the roles it is in. */
export function rulesOf(policy: TenantPolicy, subject: string): readonly Rule[] {
	const closure = policy.closureOf([subject]);
	return policy.allRules().filter((rule) => closure.has(rule[0]));
}

/** Whether somebody holds all that a role gives: who does not may neither invite into it nor remove who has it. */
export function holdsRole({ policy, subject }: Standing, role: string): boolean {
	return findLack(policy, subject, rulesOf(policy, roleSubject(role))) === null;
}

/** Everybody that a link makes an owner. */
export function owners(policy: TenantPolicy): readonly string[] {
	return policy
		.members()
		.filter((member) => member.startsWith("user:") && policy.closureOf([member]).has("role:owner"));
}

/** Whether a tenant can still be administered: the role of owner can, and so can one of these owners, if there are any. */
export function isAdministrable(policy: TenantPolicy, known: readonly string[]): boolean {
	const may = (subjects: readonly string[], user: string | null): boolean => {
		const subject = policy.subject(subjects, user);
		return ["admin/policy", "admin/member"].every((object) => policy.evaluate(subject, object, "manage").allowed);
	};
	return may(["role:owner"], null) && (known.length === 0 || known.some((owner) => may(["role:owner"], owner)));
}
