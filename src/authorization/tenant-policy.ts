// The rules of one tenant together with those of every tenant: an index that finds the few rules that may speak about an
// object, and a memo per subject. Built on first use, dropped whole when a rule of the tenant changes.
import type { Decision, Touch } from "./decision.ts";
import { patternsCovering } from "./object.ts";
import type { PolicyEngine } from "./policy-engine.ts";
import type { Link, PolicyRows, Rule } from "./rule.ts";

/** A set of rules that is found by the pattern of its object. */
export interface RuleIndex {
	readonly byPattern: ReadonlyMap<string, readonly Rule[]>;
	/** Role or user → the roles it is directly in. */
	readonly links: ReadonlyMap<string, readonly string[]>;
	/** Users that a rule names: only these are told apart from others with the same roles. */
	readonly users: ReadonlySet<string>;
	readonly rules: readonly Rule[];
}

/** A subject in a tenant and what was decided for it. */
export interface Subject {
	readonly closure: ReadonlySet<string>;
	readonly roles: readonly string[];
	/** object → action → decision. */
	readonly memo: Map<string, Map<string, Decision>>;
	/** Whole lists of touches that were decided, by identity of the list: null is allowed. */
	readonly lists: WeakMap<readonly Touch[], Decision | null>;
}

/** Distinct objects a subject's memo holds before it starts anew: names of functions come from requests. */
const memoLimit = 20_000;
const subjectLimit = 5_000;

/** Indexes rows; done once for the rules of every tenant, and lazily for each tenant. */
export function indexRows({ rules, links }: PolicyRows): RuleIndex {
	const byPattern = new Map<string, readonly Rule[]>();
	// Copied to their length: a list that was grown has room for seventeen.
	for (const [pattern, found] of Map.groupBy(rules, (rule) => rule[2])) byPattern.set(pattern, found.slice());
	const byMember = new Map<string, string[]>();
	for (const [member, role] of links as readonly Link[]) {
		const roles = byMember.get(member);
		if (roles === undefined) byMember.set(member, [role]);
		else roles.push(role);
	}
	const users = new Set(rules.map((rule) => rule[0]).filter((name) => name.startsWith("user:")));
	return { byPattern, links: byMember, users, rules };
}

export class TenantPolicy {
	readonly tenant: string;
	readonly version: number;
	readonly #engine: PolicyEngine;
	readonly #shared: RuleIndex;
	readonly #own: RuleIndex;
	// A plain map that starts anew when it is full: an LRU of this size would take 100 kB for each tenant.
	readonly #subjects = new Map<string, Subject>();

	constructor(parts: { tenant: string; version: number; engine: PolicyEngine; shared: RuleIndex; own: RuleIndex }) {
		this.tenant = parts.tenant;
		this.version = parts.version;
		this.#engine = parts.engine;
		this.#shared = parts.shared;
		this.#own = parts.own;
	}

	/** The subject for a set of roles, those that a user was given, and, where a rule names that user, the user. */
	subject(roles: readonly string[], user: string | null): Subject {
		const given = user === null ? [] : this.rolesOf(user);
		const named = user !== null && (this.#own.users.has(user) || this.#shared.users.has(user)) ? [user] : [];
		const direct = [...new Set([...roles, ...given, ...named])].sort();
		const key = direct.length === 1 ? (direct[0] as string) : JSON.stringify(direct);
		const known = this.#subjects.get(key);
		if (known !== undefined) return known;
		const closure = this.closureOf(direct);
		const made: Subject = { closure, roles: Object.freeze([...closure]), memo: new Map(), lists: new WeakMap() };
		if (this.#subjects.size >= subjectLimit) this.#subjects.clear();
		this.#subjects.set(key, made);
		return made;
	}

	/** Decides from the memo, or asks Casbin once. */
	decide(subject: Subject, object: string, action: string): Decision {
		const known = subject.memo.get(object)?.get(action);
		if (known !== undefined) return known;
		const decision = this.evaluate(subject, object, action);
		if (subject.memo.size >= memoLimit) subject.memo.clear();
		const actions = subject.memo.get(object);
		if (actions === undefined) subject.memo.set(object, new Map([[action, decision]]));
		else actions.set(action, decision);
		return decision;
	}

	/** Asks Casbin, remembering nothing: for questions whose objects come from a person. */
	evaluate(subject: Subject, object: string, action: string): Decision {
		const request = { closure: subject.closure, tenant: this.tenant, object, action };
		const { allowed, rule } = this.#engine.evaluate(this.candidates(object), request);
		return Object.freeze({
			object,
			action,
			allowed,
			reason: allowed ? "allowed" : rule === null ? "unmentioned" : "denied",
			tenant: this.tenant,
			roles: subject.roles,
			rule,
			policyVersion: this.version,
		});
	}

	/** The rules whose pattern covers an object, whoever they are about. */
	candidates(object: string): readonly Rule[] {
		const found: Rule[] = [];
		for (const pattern of patternsCovering(object)) {
			const shared = this.#shared.byPattern.get(pattern);
			if (shared !== undefined) found.push(...shared);
			const own = this.#own.byPattern.get(pattern);
			if (own !== undefined) found.push(...own);
		}
		return found;
	}

	/** Every rule in force in this tenant, for administration. */
	allRules(): readonly Rule[] {
		return [...this.#shared.rules, ...this.#own.rules];
	}

	/** Rules and links of the tenant's own. */
	get size(): number {
		return this.#own.rules.length + this.#own.links.values().reduce((sum, roles) => sum + roles.length, 0);
	}

	/** Everybody, person or role, that a link puts into a role. */
	members(): readonly string[] {
		return [...new Set([...this.#shared.links.keys(), ...this.#own.links.keys()])];
	}

	/** Roles that a member is put into directly. */
	rolesOf(member: string): readonly string[] {
		return [...(this.#shared.links.get(member) ?? []), ...(this.#own.links.get(member) ?? [])];
	}

	/** Roles and users, and all roles that they are in directly or through others. */
	closureOf(direct: readonly string[]): ReadonlySet<string> {
		const closure = new Set(direct);
		for (const member of closure) {
			for (const role of this.rolesOf(member)) closure.add(role);
		}
		return closure;
	}
}
