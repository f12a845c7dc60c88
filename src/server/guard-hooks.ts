// Plugin → the same plugin whose request hooks cannot let an error out. Yoga masks what fails inside GraphQL; what fails
// around it would be answered with the error's own text and stack.
import { errorCatalogue } from "../error/catalogue.ts";
import type { Observe } from "../observe/observation.ts";
import type { ServerPlugin } from "./ports.ts";
import type { RequestStates } from "./request-state.ts";

/** Answers INTERNAL when `onRequest` fails, and logs why. */
export function guardHooks(plugin: ServerPlugin, states: RequestStates, observe: Observe): ServerPlugin {
	const { onRequest } = plugin;
	if (onRequest === undefined) return plugin;
	return {
		...plugin,
		async onRequest(payload) {
			try {
				await onRequest(payload);
			} catch (cause) {
				const { requestId } = states.of(payload.request);
				observe({ kind: "request.error", requestId, code: "INTERNAL", cause });
				const { message, hint, status } = errorCatalogue.INTERNAL;
				const error = { message, extensions: { code: "INTERNAL", hint, requestId } };
				payload.endResponse(payload.fetchAPI.Response.json({ errors: [error] }, { status }));
			}
		},
	};
}
