// Phase: before the body is read. Settles who asks; a bad credential ends the request here, before anything of it has
// been parsed.
import type { Identify } from "../../identity/identify.ts";
import type { ServerPlugin } from "../ports.ts";
import type { RequestStates } from "../request-state.ts";
import { settleIdentity } from "../settle-identity.ts";

export function useIdentity(states: RequestStates, identify: Identify, siteOrigin: string | null): ServerPlugin {
	return {
		async onRequestParse({ request }) {
			await settleIdentity(states.of(request), request.headers, { identify, siteOrigin });
		},
	};
}
