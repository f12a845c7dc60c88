// The seeded policies decide what policies/decisions.csv says, and each of them is needed: an allowed request is refused
// once its rule is gone, and every rule and link that is taken away changes some decision.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Authorizer } from "../../../src/authorization/authorizer.ts";
import { createPolicyEngine } from "../../../src/authorization/policy-engine.ts";
import { parsePolicyFile } from "../../../src/authorization/policy-file.ts";
import { PolicySnapshot } from "../../../src/authorization/policy-snapshot.ts";
import { type PolicyRows, readRow, type StoredRow, storedRow } from "../../../src/authorization/rule.ts";
import { anonymous, type Principal } from "../../../src/identity/principal.ts";

const read = (name: string) => readFileSync(new URL(`../../../policies/${name}`, import.meta.url), "utf8");
const engine = await createPolicyEngine(read("model.conf"));
const seeded = [...parsePolicyFile(read("policy.csv")), ...parsePolicyFile(read("demo.csv"))];
const tenantIds: Readonly<Record<string, string>> = {
	acme: "11111111-1111-4111-8111-111111111111",
	globex: "22222222-2222-4222-8222-222222222222",
	none: "none",
};

interface Expected {
	readonly principal: Principal;
	readonly object: string;
	readonly action: string;
	readonly allowed: boolean;
	readonly line: string;
}

const expected: readonly Expected[] = read("decisions.csv")
	.split("\n")
	.filter((line) => line !== "" && !line.startsWith("#"))
	.map((line) => {
		const [tenant = "", roles = "", object = "", action = "", effect = ""] = line.split(", ");
		if (!["allow", "deny"].includes(effect)) throw new Error(`Not a decision: ${line}`);
		const nobody = tenant === "none" && roles === "anonymous";
		return { principal: nobody ? anonymous : person(tenant, roles), object, action, allowed: effect === "allow", line };
	});

function person(tenant: string, roles: string): Principal {
	const tenantId = tenantIds[tenant];
	if (tenantId === undefined) throw new Error(`Which tenant is ${tenant}?`);
	return {
		kind: "user",
		subject: "someone",
		tenantId,
		roles: roles.split("+"),
		expiresAt: 0,
		credential: "development-jwt",
	};
}

function authorizerOf(rows: readonly StoredRow[]): Authorizer {
	const byTenant = new Map<string, PolicyRows>();
	for (const row of rows.map(readRow)) {
		const tenant = row.kind === "rule" ? row.rule[1] : row.link[2];
		const { rules, links } = byTenant.get(tenant) ?? { rules: [], links: [] };
		byTenant.set(tenant, {
			rules: row.kind === "rule" ? [...rules, row.rule] : rules,
			links: row.kind === "link" ? [...links, row.link] : links,
		});
	}
	return new Authorizer({ snapshot: PolicySnapshot.of(engine, 1, byTenant), staleMs: () => 0 }, 1000);
}

const without = (row: StoredRow) => authorizerOf(seeded.filter((other) => other.join() !== row.join()));

const decideAll = (authorizer: Authorizer) =>
	expected.map(({ principal, object, action }) => authorizer.decide(principal, object, action).allowed);

test("there are at least sixty expected decisions", () => {
	expect(expected.length).toBeGreaterThanOrEqual(60);
});

test.each(expected)("$line", ({ principal, object, action, allowed }) => {
	expect(authorizerOf(seeded).decide(principal, object, action).allowed).toBe(allowed);
});

test.each(expected.filter(({ allowed }) => allowed))("refused without its rule: $line", (line) => {
	const { rule } = authorizerOf(seeded).decide(line.principal, line.object, line.action);
	expect(rule).not.toBeNull();
	if (rule === null) return;
	const decision = without(storedRow(rule)).decide(line.principal, line.object, line.action);
	expect(decision).toMatchObject({ allowed: false, reason: "unmentioned" });
});

test.each(seeded.map((row) => ({ row, text: row.filter((value) => value !== "").join(", ") })))(
	"needed by a decision: $text",
	({ row }) => {
		expect(decideAll(without(row))).not.toEqual(decideAll(authorizerOf(seeded)));
	},
);
