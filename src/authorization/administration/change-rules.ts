// Adding and removing rules of a tenant. Refuses what nothing is called, what is built in, and what would give anybody
// more than the changer holds: by an allowance, or by taking a denial away.
import { AppError } from "../../error/app-error.ts";
import { deleteRows, insertRows } from "../policy-store.ts";
import { everyTenant, type Rule, storedRow } from "../rule.ts";
import type { Vocabulary } from "../vocabulary.ts";
import { type Change, type ChangeOptions, type Changer, changePolicy } from "./change-policy.ts";
import { rulesOf } from "./holding.ts";
import { requireHolding, requireSubject } from "./requirements.ts";

/** A rule as a client names it. */
export interface RuleInput {
	readonly subject: string;
	readonly object: string;
	readonly action: string;
	readonly effect: "ALLOW" | "DENY";
}

const effects = { ALLOW: "allow", DENY: "deny" } as const;

/** Adds a rule; one that is there already stays. @throws AppError BAD_USER_INPUT, FORBIDDEN, CONFLICT */
export async function addRule(
	options: ChangeOptions & { readonly vocabulary: () => Vocabulary },
	changer: Changer,
	input: RuleInput,
): Promise<Rule> {
	return await changePolicy(options, changer, "admin/policy", async (change) => {
		options.vocabulary().check(input.object, input.action);
		const rule = await ruleOf(change, input);
		if (rule[4] === "allow") requireHolding(change, [rule], rule[0]);
		else requireMayRestrict(change, rule[0].startsWith("user:") ? "role:owner" : rule[0]);
		await insertRows(change.transaction, [storedRow(rule)]);
		return rule;
	});
}

/** Removes a rule of the tenant. @throws AppError NOT_FOUND, FORBIDDEN, CONFLICT */
export async function removeRule(options: ChangeOptions, changer: Changer, input: RuleInput): Promise<Rule> {
	return await changePolicy(options, changer, "admin/policy", async (change) => {
		const rule = await ruleOf(change, input);
		if (!change.before.allRules().some((known) => known.join() === rule.join())) throw missing(change, rule);
		if (rule[4] === "deny") requireMayLift(change, rule);
		else if (rule[0].startsWith("user:")) requireHolding(change, [rule], rule[0]);
		else requireMayRestrict(change, rule[0]);
		await deleteRows(change.transaction, [storedRow(rule)]);
		return rule;
	});
}

async function ruleOf(change: Change, { subject, object, action, effect }: RuleInput): Promise<Rule> {
	await requireSubject(change, subject);
	return [subject, change.tenant, object, action, effects[effect]];
}

function missing({ before }: Change, [subject, , object, action, effect]: Rule): AppError {
	const builtIn = before
		.allRules()
		.some((rule) => rule.join() === [subject, everyTenant, object, action, effect].join());
	return new AppError("NOT_FOUND", {
		message: builtIn ? "This rule is built in." : "This tenant has no such rule.",
		hint: builtIn
			? "It holds in every tenant and only the operator can change it; add a denial to this tenant instead."
			: "accessRules lists the rules in force.",
	});
}

/**
 * Whoever restricts a role must hold what it gives, or an admin could disarm an owner. Nobody knows here which roles a
 * person's credential brings, so a denial to a person counts as one to an owner.
 */
function requireMayRestrict(change: Change, role: string): void {
	requireHolding(change, rulesOf(change.before, role), role);
}

/** Without a denial, others may do what it denied. Nobody is above the owners: they may lift what they denied themselves. */
function requireMayLift(change: Change, rule: Rule): void {
	const [subject, tenant, object, action] = rule;
	if (subject === "role:owner" && change.actor.closure.has("role:owner")) return;
	requireHolding(change, [[subject, tenant, object, action, "allow"]], subject, rule);
}
