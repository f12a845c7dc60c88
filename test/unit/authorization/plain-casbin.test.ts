// The partition, index, closure and memo around Casbin change nothing: on random policies and requests, decisions are those
// of a plain Casbin enforcer that holds every rule and walks its own role graph.
import { readFileSync } from "node:fs";
import { newEnforcer, newModelFromString } from "casbin";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Authorizer } from "../../../src/authorization/authorizer.ts";
import { objectMatches } from "../../../src/authorization/object.ts";
import { createPolicyEngine } from "../../../src/authorization/policy-engine.ts";
import { PolicySnapshot } from "../../../src/authorization/policy-snapshot.ts";
import type { Link, PolicyRows, Rule } from "../../../src/authorization/rule.ts";
import type { Principal } from "../../../src/identity/principal.ts";

const modelText = readFileSync(new URL("../../../policies/model.conf", import.meta.url), "utf8");
const engine = await createPolicyEngine(modelText);

const tenants = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"];
const roles = ["owner", "editor", "reader", "auditor", "buyer"].map((role) => `role:${role}`);
const users = ["ann", "bob", "cyd"].map((user) => `user:${user}`);
const tables = ["data:api/products", "data:api/prod", "data:crm/people"];
const objects = [
	...tables,
	...tables.flatMap((table) => [`${table}/id`, `${table}/price`]),
	"rpc:api/search",
	"function:resize",
	"admin/policy",
	"schema",
];
const patterns = [...objects, "*", "data:*", "data:api/*", "data:api/products/*", "rpc:*", "function:*", "admin/*"];
const actions = ["select", "insert", "update", "execute", "invoke"];

const anyRule: fc.Arbitrary<Rule> = fc.tuple(
	fc.constantFrom(...roles, ...users),
	fc.constantFrom("*", ...tenants),
	fc.constantFrom(...patterns),
	fc.constantFrom("*", ...actions),
	fc.oneof(
		{ arbitrary: fc.constant("allow" as const), weight: 3 },
		{ arbitrary: fc.constant("deny" as const), weight: 1 },
	),
);
// Links lead from an earlier role to a later one, so that no walk is longer than Casbin's limit of ten.
const anyLink: fc.Arbitrary<Link> = fc
	.tuple(fc.constantFrom(...users, ...roles.slice(0, -1)), fc.nat(roles.length - 1), fc.constantFrom("*", ...tenants))
	.map(([member, at, tenant]) => {
		const after = Math.max(at, roles.indexOf(member) + 1);
		return [member, roles[after] as string, tenant];
	});
const anyCaller = fc.record({
	user: fc.constantFrom("ann", "bob", "cyd", "dan"),
	tenant: fc.constantFrom(...tenants, "33333333-3333-4333-8333-333333333333"),
	roles: fc.subarray(
		roles.map((role) => role.slice(5)),
		{ minLength: 1, maxLength: 3 },
	),
	// A member's roles as read at a version of the policies: from that on only links count, before it the roles, too.
	rolesAt: fc.constantFrom(null, 1, 2),
});
const anyCase = fc.record({
	rules: fc.array(anyRule, { minLength: 10, maxLength: 60, size: "max" }),
	links: fc.array(anyLink, { maxLength: 8, size: "max" }),
	callers: fc.array(anyCaller, { minLength: 1, maxLength: 4, size: "max" }),
});

/** Casbin as its documentation shows it: all rules in one list, its own role manager, one subject for a set of roles. */
async function plainCasbin(rules: readonly Rule[], links: readonly Link[]) {
	const enforcer = await newEnforcer(newModelFromString(modelText));
	await enforcer.addFunction("objMatch", objectMatches);
	// Every array added is Casbin's own: it keeps and sorts them.
	for (const rule of rules) await enforcer.addPolicy(...rule);
	return async (caller: { user: string; tenant: string; roles: readonly string[] }) => {
		const subject = `caller ${JSON.stringify(caller)}`;
		for (const [member, role, tenant] of links) {
			if (tenant === "*" || tenant === caller.tenant) await enforcer.addGroupingPolicy(member, role, caller.tenant);
		}
		for (const is of [...caller.roles.map((role) => `role:${role}`), `user:${caller.user}`])
			await enforcer.addGroupingPolicy(subject, is, caller.tenant);
		return (object: string, action: string) => enforcer.enforceSync(subject, caller.tenant, object, action);
	};
}

function ours(rules: readonly Rule[], links: readonly Link[]) {
	const rows = new Map<string, PolicyRows>();
	for (const tenant of ["*", ...tenants])
		rows.set(tenant, {
			rules: rules.filter((rule) => rule[1] === tenant),
			links: links.filter((link) => link[2] === tenant),
		});
	const snapshot = PolicySnapshot.of(engine, 1, rows);
	return new Authorizer({ snapshot, staleMs: () => 0 }, 1000);
}

test("decides as plain Casbin does, over at least 10,000 random requests", async () => {
	let requests = 0;
	let allowed = 0;
	await fc.assert(
		fc.asyncProperty(anyCase, async ({ rules, links, callers }) => {
			const authorizer = ours(rules, links);
			const casbin = await plainCasbin(rules, links);
			for (const caller of callers) {
				const principal: Principal = {
					kind: "user",
					subject: caller.user,
					tenantId: caller.tenant,
					roles: caller.roles,
					expiresAt: 0,
					credential: "development-jwt",
					...(caller.rolesAt === null ? {} : { rolesAt: caller.rolesAt }),
				};
				const expected = await casbin(caller.rolesAt === 1 ? { ...caller, roles: [] } : caller);
				for (const object of objects) {
					for (const action of actions) {
						const decision = authorizer.decide(principal, object, action);
						// The second answer comes from the memo.
						const again = authorizer.decide(principal, object, action);
						requests++;
						if (decision.allowed) allowed++;
						expect({ object, action, allowed: decision.allowed, again: again.allowed }).toEqual({
							object,
							action,
							allowed: expected(object, action),
							again: decision.allowed,
						});
					}
				}
			}
		}),
		{ numRuns: 150 },
	);
	expect(requests).toBeGreaterThanOrEqual(10_000);
	// A generator that never allows, or always does, would compare nothing.
	expect(allowed / requests).toBeGreaterThan(0.05);
	expect(allowed / requests).toBeLessThan(0.95);
}, 120_000);
