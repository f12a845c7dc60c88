// Resolvers of schema/policies.graphql: each names the caller's tenant and calls src/authorization/administration.
import type { GraphQLFieldResolver } from "graphql";
import type { ChangeOptions } from "../src/authorization/administration/change-policy.ts";
import {
	type Assignment,
	assignRole,
	createRole,
	deleteRole,
	type RoleInput,
	revokeRole,
} from "../src/authorization/administration/change-roles.ts";
import { addRule, type RuleInput, removeRule } from "../src/authorization/administration/change-rules.ts";
import {
	type AccessQuestion,
	type ExplainOptions,
	explainAccess,
	listPermissions,
} from "../src/authorization/administration/explain-access.ts";
import {
	listAssignments,
	listChanges,
	listRoles,
	listRules,
	type RoleDescription,
} from "../src/authorization/administration/read-policy.ts";
import type { StoredRole } from "../src/authorization/administration/requirements.ts";
import { everyTenant, type Rule, tenantName } from "../src/authorization/rule.ts";
import { AppError } from "../src/error/app-error.ts";
import type { OperationContext } from "../src/operation/operation-context.ts";

/** What the resolvers call. */
export type PolicyAdministration = ChangeOptions & ExplainOptions;

/** Each resolver types its own arguments as the SDL declares them; graphql-js has checked them. */
type Resolver = GraphQLFieldResolver<unknown, OperationContext, never>;

/** Longest list of changes that is read at once. */
const mostChanges = 500;

/** Resolvers for the policies' root fields. */
export function policyResolvers(options: PolicyAdministration): Record<string, Record<string, Resolver>> {
	return {
		Query: {
			accessRoles: async (_root, _args, context) => (await listRoles(options, tenantOf(context))).map(showRole),
			accessRules: (_root, { subject }: { subject?: string | null }, context) =>
				listRules(options, tenantOf(context), subject ?? null).map(showRule),
			accessAssignments: (_root, { user, role }: Partial<Assignment>, context) =>
				listAssignments(options, tenantOf(context), { user: user ?? null, role: role ?? null }),
			accessChanges: (_root, page: { limit: number; before?: string | null }, context) =>
				listChanges(options, tenantOf(context), readPage(page)),
			explainAccess: (_root, question: AccessQuestion, { principal }) => explainAccess(options, principal, question),
			myPermissions: (_root, { under }: { under: string }, { principal }) => listPermissions(options, principal, under),
		},
		Mutation: {
			addAccessRule: async (_root, { input }: { input: RuleInput }, context) =>
				showRule(await addRule(options, context, input)),
			removeAccessRule: async (_root, { input }: { input: RuleInput }, context) =>
				showRule(await removeRule(options, context, input)),
			createAccessRole: async (_root, { input }: { input: RoleInput }, context) =>
				showRole(describe(await createRole(options, context, input), input.inherits)),
			deleteAccessRole: async (_root, { name }: { name: string }, context) =>
				showRole(describe(await deleteRole(options, context, name), [])),
			assignRole: (_root, given: Assignment, context) => assignRole(options, context, given),
			revokeRole: (_root, given: Assignment, context) => revokeRole(options, context, given),
		},
	};
}

/** The gate let the caller through, so they have a tenant. */
function tenantOf({ principal }: OperationContext): string {
	const tenant = principal.kind === "user" ? tenantName(principal.tenantId) : null;
	if (tenant === null) throw new AppError("UNAUTHENTICATED");
	return tenant;
}

const describe = ({ name, description, tenant }: StoredRole, inherits: readonly string[]): RoleDescription => ({
	name,
	description,
	builtIn: tenant === everyTenant,
	inherits,
	rules: [],
});

const showRole = (role: RoleDescription) => ({ ...role, rules: role.rules.map(showRule) });

const showRule = ([subject, tenant, object, action, effect]: Rule) => ({
	subject,
	object,
	action,
	effect: effect.toUpperCase(),
	builtIn: tenant === everyTenant,
});

function readPage({ limit, before }: { limit: number; before?: string | null }) {
	if (limit < 0) throw new AppError("BAD_USER_INPUT", { message: `limit is ${limit}.`, hint: "A limit is 0 or more." });
	if (limit > mostChanges)
		throw new AppError("LIMIT_EXCEEDED", {
			message: `limit is ${limit}.`,
			hint: `The most is ${mostChanges}; page through the rest with before.`,
		});
	if (before !== undefined && before !== null && !/^\d{1,18}$/.test(before))
		throw new AppError("BAD_USER_INPUT", {
			message: "before is no id of a change.",
			extensions: { argument: "before" },
		});
	return { limit, before: before ?? null };
}
