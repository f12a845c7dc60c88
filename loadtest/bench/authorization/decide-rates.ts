// How many decisions a second of CPU time: remembered ones, first ones in a tenant with thousands of rules, and whole lists of touches.
import { readFile } from "node:fs/promises";
import { Authorizer } from "../../../src/authorization/authorizer.ts";
import { createPolicyEngine } from "../../../src/authorization/policy-engine.ts";
import { PolicySnapshot } from "../../../src/authorization/policy-snapshot.ts";
import type { PolicyRows, Rule } from "../../../src/authorization/rule.ts";
import type { Principal } from "../../../src/identity/principal.ts";

export interface DecideRates {
	/** Decisions a second that were made before. */
	readonly warm: number;
	/** First decisions a second, each about another object. */
	readonly cold: number;
	/** Lists of eight touches a second that were decided before. */
	readonly lists: number;
}

const tenantId = "11111111-1111-4111-8111-111111111111";
const tables = 300;
const columns = 20;
const principal: Principal = {
	kind: "user",
	subject: "somebody",
	tenantId,
	roles: ["r1", "r2"],
	expiresAt: 0,
	credential: "development-jwt",
};

/** Measures in a tenant with `rules` rules, each for about `seconds`. */
export async function measureDecideRates(rules: number, seconds: number): Promise<DecideRates> {
	const modelText = await readFile(new URL("../../../policies/model.conf", import.meta.url), "utf8");
	const engine = await createPolicyEngine(modelText);
	const rows = new Map<string, PolicyRows>([
		[tenantId, { rules: Array.from({ length: rules }, (_, index) => ruleAt(index)), links: [] }],
		["*", { rules: [["role:r1", "*", "data:*", "select", "allow"]], links: [] }],
	]);
	const fresh = () =>
		new Authorizer({ snapshot: PolicySnapshot.of(engine, 1, rows), staleMs: () => 0 }, Number.POSITIVE_INFINITY);
	const objects = Array.from({ length: tables * columns }, (_, index) => objectAt(index));
	const known = fresh();
	const list = Object.freeze(objects.slice(0, 8).map((object) => Object.freeze({ object, action: "select" })));
	const decideAllOf = (authorizer: Authorizer) => {
		for (const object of objects) authorizer.decide(principal, object, "select");
		return objects.length;
	};
	return {
		cold: rateOf(seconds, () => decideAllOf(fresh())),
		warm: rateOf(seconds, () => decideAllOf(known)),
		lists: rateOf(seconds, () => {
			for (let count = 0; count < 10_000; count++) known.decideAll(principal, list);
			return 10_000;
		}),
	};
}

const objectAt = (index: number): string => `data:api/t${Math.floor(index / columns) % tables}/c${index % columns}`;

const ruleAt = (index: number): Rule => [
	`role:r${index % 50}`,
	tenantId,
	objectAt(index),
	index % 2 === 0 ? "select" : "update",
	"allow",
];

/** Per second of this thread's own CPU time: what else runs on the machine does not count. */
function rateOf(seconds: number, work: () => number): number {
	work();
	const startedAt = process.cpuUsage();
	let count = 0;
	for (;;) {
		count += work();
		const { user, system } = process.cpuUsage(startedAt);
		const spent = (user + system) / 1e6;
		if (spent >= seconds) return count / spent;
	}
}
