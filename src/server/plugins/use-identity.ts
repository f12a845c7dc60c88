// Phase: before the body is read. Settles who asks; a bad credential ends the request here, before anything of it has
// been parsed.
import type { Identify } from "../../identity/identify.ts";
import { comesFromOurPage } from "../comes-from-our-page.ts";
import type { ServerPlugin } from "../ports.ts";
import type { RequestStates } from "../request-state.ts";

export function useIdentity(states: RequestStates, identify: Identify, siteOrigin: string | null): ServerPlugin {
	return {
		async onRequestParse({ request }) {
			const state = states.of(request);
			const principal = await identify(request.headers);
			state.principal = principal;
			state.readOnly =
				principal.kind === "user" &&
				principal.credential === "kratos-cookie" &&
				!comesFromOurPage(request.headers, siteOrigin);
		},
	};
}
