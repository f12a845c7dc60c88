// Takes conditions, gives the one that holds where all of them hold.
import type { ConditionNode } from "./nodes.ts";

/** The conjunction of conditions; null when there is none. */
export function allOf(conditions: readonly ConditionNode[]): ConditionNode | null {
	const [first] = conditions;
	if (conditions.length <= 1) return first ?? null;
	return Object.freeze({ kind: "and", conditions: Object.freeze([...conditions]) });
}
