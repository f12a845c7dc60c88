// Casbin, the only evaluator: takes the rules that may apply and a request, gives the verdict and the deciding rule.
// Everything around it (partition, index, memo) only chooses what Casbin is asked, never what it answers.
import { DefaultRoleManager, type Enforcer, newEnforcer, newModelFromString } from "casbin";
import { objectMatches } from "./object.ts";
import type { Rule } from "./rule.ts";

/** What is asked. `closure` is everything that the subject is: its roles, the roles of these, and its user name. */
export interface EngineRequest {
	readonly closure: ReadonlySet<string>;
	readonly tenant: string;
	readonly object: string;
	readonly action: string;
}

export interface Verdict {
	readonly allowed: boolean;
	/** The denying rule, or one that allows; null: no rule speaks about it. */
	readonly rule: Rule | null;
}

export interface PolicyEngine {
	/** Synchronous, so that nothing can change the rules between setting and asking. */
	evaluate(candidates: readonly Rule[], request: EngineRequest): Verdict;
}

const nothing: Verdict = Object.freeze({ allowed: false, rule: null });
/** The subject's name in a request; no rule can carry it (rules say `role:` or `user:`). */
const whoever = "subject";

/** Answers g() from the closure of the request at hand instead of a graph that grows with every subject seen. */
class ClosureRoleManager extends DefaultRoleManager {
	closure: ReadonlySet<string> = new Set();

	override syncedHasLink(subject: string, role: string): boolean {
		return subject === whoever && this.closure.has(role);
	}
}

/**
 * Compiles a model.
 * @param modelText policies/model.conf
 * @throws Error when the model is not Casbin's, or its request is not (sub, dom, obj, act)
 */
export async function createPolicyEngine(modelText: string): Promise<PolicyEngine> {
	const enforcer: Enforcer = await newEnforcer(newModelFromString(modelText));
	await enforcer.addFunction("objMatch", objectMatches);
	const roles = new ClosureRoleManager(1);
	const rules = enforcer.getModel().model.get("p")?.get("p");
	const links = enforcer.getModel().model.get("g")?.get("g");
	const request = enforcer.getModel().model.get("r")?.get("r");
	if (rules === undefined || links === undefined || request?.tokens.join() !== "r_sub,r_dom,r_obj,r_act")
		throw new Error("policies/model.conf must define r = sub, dom, obj, act with p and g");
	links.rm = roles;

	return Object.freeze({
		evaluate(candidates: readonly Rule[], { closure, tenant, object, action }: EngineRequest): Verdict {
			// Casbin evaluates an empty policy against empty texts, which an empty request would match.
			if (candidates.length === 0) return nothing;
			rules.policy = candidates as unknown as string[][];
			roles.closure = closure;
			const [allowed, deciding] = enforcer.enforceExSync(whoever, tenant, object, action);
			return { allowed, rule: deciding.length === 0 ? null : (deciding as unknown as Rule) };
		},
	});
}
