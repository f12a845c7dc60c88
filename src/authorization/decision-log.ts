// Tells about decisions as observations: every denial, every administrative allowance, and a sample of the other ones. Names
// of objects, roles and rules are in it; values and rows are not.
import type { Principal } from "../identity/principal.ts";
import type { Observe } from "../observe/observation.ts";
import type { Authorizer } from "./authorizer.ts";
import { userSubject } from "./authorizer.ts";
import type { Decision, Touch } from "./decision.ts";
import { ruleText } from "./rule.ts";

/** Who asked. */
interface Asker {
	readonly requestId: string;
	readonly principal: Principal;
}

export interface DecisionLog {
	/** All touches of one root field were allowed. Cheap: runs for every root field. */
	allowed(asker: Asker, touches: readonly Touch[]): void;
	refused(asker: Asker, decisions: readonly Decision[]): void;
}

export interface DecisionLogOptions {
	readonly authorizer: Authorizer;
	readonly observe: Observe;
	/** One of how many ordinary allowances is told; 0: none. */
	readonly sampleOneIn: number;
}

/** Makes the log. */
export function createDecisionLog({ authorizer, observe, sampleOneIn }: DecisionLogOptions): DecisionLog {
	let seen = 0;
	const tell = ({ requestId, principal }: Asker, decision: Decision, oneIn: number) => {
		const { allowed, tenant, roles, object, action, reason, rule, policyVersion } = decision;
		observe({
			kind: "authorization.decided",
			requestId,
			allowed,
			tenant,
			subject: principal.kind === "anonymous" ? "role:anonymous" : userSubject(principal.subject),
			roles,
			object,
			action,
			reason,
			rule: rule === null ? null : ruleText(rule),
			policyVersion,
			sampledOneIn: oneIn,
		});
	};
	return Object.freeze({
		allowed(asker: Asker, touches: readonly Touch[]) {
			const [first] = touches;
			if (first === undefined) return;
			const administrative = isAdministrative(first);
			if (!administrative) {
				if (sampleOneIn === 0) return;
				seen += 1;
				if (seen < sampleOneIn) return;
				seen = 0;
			}
			// One record tells of a field: the right to its table stands first among its touches.
			const decision = authorizer.decide(asker.principal, first.object, first.action);
			tell(asker, decision, administrative ? 1 : sampleOneIn);
		},
		refused(asker: Asker, decisions: readonly Decision[]) {
			for (const decision of decisions) tell(asker, decision, 1);
		},
	});
}

/** Decides about people, rules or code rather than about data. */
function isAdministrative({ object, action }: Touch): boolean {
	return object.startsWith("admin/") || action === "deploy" || action === "manage";
}
