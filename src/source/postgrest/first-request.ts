// Takes any plan, gives the request that it begins with. Pure. Of a write of the rows that match that is the one that finds
// them: what it writes then is known only when they were found.
import type { Plan } from "../../plan/nodes.ts";
import { type CompiledRequest, compile } from "./compile.ts";
import { matchesPlainly, withVersions } from "./compile-found.ts";

/** @throws AppError LIMIT_EXCEEDED for a request that is too long */
export function firstRequest(plan: Plan): CompiledRequest {
	switch (plan.kind) {
		case "updateMany":
		case "deleteMany":
			return compile(matchesPlainly(plan) ? plan.matching : withVersions(plan));
		default:
			return compile(plan);
	}
}
