// What changes of policies have in common to refuse: unknown roles, malformed names, and more than the changer holds.
import { suggestionList } from "graphql/jsutils/suggestionList.js";
import { AppError } from "../../error/app-error.ts";
import { everyTenant, type Rule, ruleText } from "../rule.ts";
import type { Change } from "./change-policy.ts";
import { findLack } from "./holding.ts";

/** A role that rules can be about. */
export interface StoredRole {
	readonly tenant: string;
	readonly name: string;
	readonly description: string;
}

/** The built-in roles and the tenant's own, by name. */
export async function readRoles(db: Change["transaction"], tenant: string): Promise<ReadonlyMap<string, StoredRole>> {
	const { rows } = await db.query<StoredRole>(
		"select dom as tenant, name, description from apprun.policy_role where dom = any($1) order by dom, name",
		[[everyTenant, tenant]],
	);
	return new Map(rows.map((row) => [row.name, Object.freeze(row)]));
}

/** @throws AppError BAD_USER_INPUT with the nearest names */
export async function requireRole({ transaction, tenant }: Change, name: string): Promise<StoredRole> {
	const roles = await readRoles(transaction, tenant);
	const role = roles.get(name);
	if (role !== undefined) return role;
	const near = suggestionList(name.slice(0, 100), [...roles.keys()]);
	const offered = near.length > 0 ? near : [...roles.keys()];
	throw new AppError("BAD_USER_INPUT", {
		message: `There is no role called ${JSON.stringify(name.slice(0, 100))} in this tenant.`,
		hint: `There are ${offered.join(", ")}; createAccessRole makes another.`,
		extensions: { argument: "role", nearest: offered },
	});
}

/** @throws AppError BAD_USER_INPUT for anything but a role of the tenant or the name of a person */
export async function requireSubject(change: Change, subject: string): Promise<void> {
	if (subject.startsWith("role:")) {
		await requireRole(change, subject.slice("role:".length));
		return;
	}
	if (subject.startsWith("user:")) return requireUser(subject.slice("user:".length));
	throw new AppError("BAD_USER_INPUT", {
		message: `${JSON.stringify(subject.slice(0, 100))} is nobody.`,
		hint: "Write role:<name> or user:<id>, such as role:reader.",
		extensions: { argument: "subject" },
	});
}

/** @throws AppError BAD_USER_INPUT */
export function requireUser(id: string): void {
	if (/^[^\s,"*]{1,200}$/.test(id)) return;
	throw new AppError("BAD_USER_INPUT", {
		message: "This is no id of a person.",
		hint: "Give the id that `me` and the credential say, without spaces, commas, quotes or stars.",
		extensions: { argument: "user" },
	});
}

/**
 * Nobody gives what they do not hold.
 * @param rules what would be given, with the denials that come with it
 * @param to the role or user who gets it: denials that they have already come with it, too
 * @param without a denial that will be gone
 * @throws AppError FORBIDDEN naming the first right that is missing
 */
export function requireHolding({ before, actor }: Change, rules: readonly Rule[], to: string, without?: Rule): void {
	const closure = before.closureOf([to]);
	const denials = before
		.allRules()
		.filter((rule) => rule[4] === "deny" && closure.has(rule[0]) && rule.join() !== without?.join());
	const lack = findLack(before, actor, [...rules, ...denials]);
	if (lack === null) return;
	const why = lack.rule === null ? "no rule allows it to you" : `\`${ruleText(lack.rule)}\` denies it to you`;
	throw new AppError("FORBIDDEN", {
		message: `This would give ${lack.action} on ${lack.object}, which you do not have yourself.`,
		hint: `Nobody can give more than they hold: ${why}.`,
	});
}
