// Phase: before the body is read. Settles who asks; a bad credential ends the request here, before anything of it has
// been parsed.
import type { Identify } from "../../identity/identify.ts";
import type { ServerPlugin } from "../ports.ts";
import type { RequestStates } from "../request-state.ts";

export function useIdentity(states: RequestStates, identify: Identify): ServerPlugin {
	return {
		async onRequestParse({ request }) {
			states.of(request).principal = await identify(request.headers);
		},
	};
}
