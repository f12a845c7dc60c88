// Making and deleting a tenant's roles, giving and taking them. Refuses built-in names, and roles that hold more than the
// changer does.
import { AppError } from "../../error/app-error.ts";
import { roleSubject, userSubject } from "../authorizer.ts";
import { deleteRows, insertRows } from "../policy-store.ts";
import { everyTenant, type Link, storedRow } from "../rule.ts";
import { type Change, type ChangeOptions, type Changer, changePolicy } from "./change-policy.ts";
import { rulesOf } from "./holding.ts";
import { readRoles, requireHolding, requireRole, requireUser, type StoredRole } from "./requirements.ts";

export interface RoleInput {
	readonly name: string;
	readonly description: string;
	readonly inherits: readonly string[];
}

/** A role given to a person. */
export interface Assignment {
	readonly user: string;
	readonly role: string;
}

/** Roles of one tenant, and roles that one role inherits: enough for people, few enough to read. */
const mostRoles = 200;
const mostInherited = 20;

/** Makes a role. @throws AppError BAD_USER_INPUT, CONFLICT, FORBIDDEN, LIMIT_EXCEEDED */
export async function createRole(options: ChangeOptions, changer: Changer, input: RoleInput): Promise<StoredRole> {
	return await changePolicy(options, changer, "admin/policy", async (change) => {
		const { transaction, tenant, before } = change;
		const { name, description } = input;
		const inherits = [...new Set(input.inherits)];
		requireRoleName(name, description, inherits);
		const roles = await readRoles(transaction, tenant);
		if (roles.has(name))
			throw new AppError("CONFLICT", {
				message: `There is a role called ${name} already.`,
				hint: "Choose another name.",
			});
		if (roles.size >= mostRoles)
			throw new AppError("LIMIT_EXCEEDED", { message: `A tenant has at most ${mostRoles} roles.` });
		for (const inherited of inherits) {
			await requireRole(change, inherited);
			requireHolding(change, rulesOf(before, roleSubject(inherited)), roleSubject(inherited));
		}
		// Rules may have been left for this name, by hand or by a credential's roles: they come to life with the role.
		requireHolding(change, rulesOf(before, roleSubject(name)), roleSubject(name));
		await transaction.query("insert into apprun.policy_role (dom, name, description) values ($1, $2, $3)", [
			tenant,
			name,
			description,
		]);
		const links = inherits.map((inherited): Link => [roleSubject(name), roleSubject(inherited), tenant]);
		await insertRows(transaction, links.map(storedRow));
		return { tenant, name, description };
	});
}

/** Deletes a role of the tenant, its rules and its assignments. @throws AppError BAD_USER_INPUT, FORBIDDEN, CONFLICT */
export async function deleteRole(options: ChangeOptions, changer: Changer, name: string): Promise<StoredRole> {
	return await changePolicy(options, changer, "admin/policy", async (change) => {
		const role = await requireRole(change, name);
		if (role.tenant === everyTenant)
			throw new AppError("FORBIDDEN", {
				message: `The role ${name} is built in.`,
				hint: "Only the operator can delete it.",
			});
		requireHolding(change, rulesOf(change.before, roleSubject(name)), roleSubject(name));
		await change.transaction.query(
			"delete from apprun.casbin_rule where dom = $1 and (v0 = $2 or (ptype = 'g' and v1 = $2))",
			[change.tenant, roleSubject(name)],
		);
		await change.transaction.query("delete from apprun.policy_role where dom = $1 and name = $2", [
			change.tenant,
			name,
		]);
		return role;
	});
}

/** Gives a role; one that was given before stays. @throws AppError BAD_USER_INPUT, FORBIDDEN */
export async function assignRole(options: ChangeOptions, changer: Changer, given: Assignment): Promise<Assignment> {
	return await changePolicy(options, changer, "admin/member", async (change) => {
		const link = await linkOf(change, given);
		await insertRows(change.transaction, [storedRow(link)]);
		return given;
	});
}

/** Takes a role. @throws AppError BAD_USER_INPUT, NOT_FOUND, FORBIDDEN, CONFLICT for the last owner */
export async function revokeRole(options: ChangeOptions, changer: Changer, given: Assignment): Promise<Assignment> {
	return await changePolicy(options, changer, "admin/member", async (change) => {
		const link = await linkOf(change, given);
		const removed = await deleteRows(change.transaction, [storedRow(link)]);
		if (removed > 0) return given;
		throw new AppError("NOT_FOUND", {
			message: "This role was not given here.",
			hint: "accessAssignments lists what was given; a role of the credential itself is taken where it was issued.",
		});
	});
}

async function linkOf(change: Change, { user, role }: Assignment): Promise<Link> {
	requireUser(user);
	await requireRole(change, role);
	if (role === "anonymous")
		throw new AppError("BAD_USER_INPUT", {
			message: "Nobody can be given the role anonymous.",
			hint: "It is for those who are not signed in.",
		});
	requireHolding(change, rulesOf(change.before, roleSubject(role)), roleSubject(role));
	return [userSubject(user), roleSubject(role), change.tenant];
}

function requireRoleName(name: string, description: string, inherits: readonly string[]): void {
	const problem = !/^[a-z][a-z0-9_-]{0,62}$/.test(name)
		? "A role's name is 1 to 63 small letters, digits, - and _, and begins with a letter."
		: description.length > 500
			? "A description has at most 500 characters."
			: inherits.length > mostInherited
				? `A role inherits at most ${mostInherited} others.`
				: null;
	if (problem !== null) throw new AppError("BAD_USER_INPUT", { message: problem, extensions: { argument: "input" } });
}
