// All policies at one version, parted by tenant. A change makes a new snapshot that shares everything unchanged with the
// old one, which goes on answering until the reference is swapped.
import { LRUCache } from "lru-cache";
import type { PolicyEngine } from "./policy-engine.ts";
import { everyTenant, noRows, type PolicyRows } from "./rule.ts";
import { indexRows, type RuleIndex, TenantPolicy } from "./tenant-policy.ts";

/** Tenants whose rules are indexed at a time; others are indexed again when next asked. */
const indexedTenants = 2_000;

export class PolicySnapshot {
	readonly version: number;
	readonly #engine: PolicyEngine;
	readonly #rows: ReadonlyMap<string, PolicyRows>;
	readonly #shared: RuleIndex;
	readonly #tenants: LRUCache<string, TenantPolicy>;

	private constructor(parts: {
		version: number;
		engine: PolicyEngine;
		rows: ReadonlyMap<string, PolicyRows>;
		shared: RuleIndex;
		tenants: LRUCache<string, TenantPolicy>;
	}) {
		this.version = parts.version;
		this.#engine = parts.engine;
		this.#rows = parts.rows;
		this.#shared = parts.shared;
		this.#tenants = parts.tenants;
	}

	/** A snapshot of everything. */
	static of(engine: PolicyEngine, version: number, rows: ReadonlyMap<string, PolicyRows>): PolicySnapshot {
		return new PolicySnapshot({
			version,
			engine,
			rows,
			shared: indexRows(rows.get(everyTenant) ?? noRows),
			tenants: new LRUCache({ max: indexedTenants }),
		});
	}

	/**
	 * The same with some tenants' rows replaced; a tenant that has none any more is given with no rows.
	 * What was decided for the other tenants stays decided.
	 */
	with(version: number, changed: ReadonlyMap<string, PolicyRows>): PolicySnapshot {
		const rows = new Map(this.#rows);
		for (const [tenant, replaced] of changed) {
			if (replaced.rules.length + replaced.links.length === 0) rows.delete(tenant);
			else rows.set(tenant, replaced);
		}
		if (changed.has(everyTenant)) return PolicySnapshot.of(this.#engine, version, rows);
		const tenants = new LRUCache<string, TenantPolicy>({ max: indexedTenants });
		for (const tenant of this.#tenants.rkeys()) {
			const policy = changed.has(tenant) ? undefined : this.#tenants.peek(tenant);
			if (policy !== undefined) tenants.set(tenant, policy);
		}
		return new PolicySnapshot({ version, engine: this.#engine, rows, shared: this.#shared, tenants });
	}

	/** The rules in force in a tenant. A tenant that nobody wrote a rule for has those of every tenant. */
	tenant(tenant: string): TenantPolicy {
		const known = this.#tenants.get(tenant);
		if (known !== undefined) return known;
		const policy = new TenantPolicy({
			tenant,
			version: this.version,
			engine: this.#engine,
			shared: this.#shared,
			own: indexRows(this.#rows.get(tenant) ?? noRows),
		});
		this.#tenants.set(tenant, policy);
		return policy;
	}
}
