// Phase: before the answer is written. Lets every result through the last gate, each of a batch by itself.
import type { ServerPlugin } from "../ports.ts";
import type { PublishResult } from "../publish-result.ts";
import type { RequestStates } from "../request-state.ts";

export function usePublicErrors(states: RequestStates, publish: PublishResult): ServerPlugin {
	return {
		onResultProcess({ request, result, setResult }) {
			if (Symbol.asyncIterator in result) throw new TypeError("Results that stream are not offered.");
			const state = states.of(request);
			setResult(Array.isArray(result) ? result.map((item) => publish(state, item)) : publish(state, result));
		},
	};
}
