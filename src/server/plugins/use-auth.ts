// Phase: before GraphQL. Answers everything below /auth: pages of ours, and Kratos' self-service flows passed through.
import type { PassThrough } from "../../identity/kratos/pass-through.ts";
import type { AnswerAuthPage } from "../auth/pages.ts";
import { isLoopback } from "../development-token.ts";
import { authPath, mailboxPath } from "../paths.ts";
import type { ServerPlugin } from "../ports.ts";
import type { RequestStates } from "../request-state.ts";

export interface AuthOptions {
	readonly pages: AnswerAuthPage;
	readonly passThrough: PassThrough;
}

export function useAuth(states: RequestStates, auth: AuthOptions | null): ServerPlugin {
	return {
		async onRequest({ request, endResponse }) {
			const { path } = states.of(request);
			if (auth === null || (path !== authPath && !path.startsWith(`${authPath}/`))) return;
			// Mails hold recovery codes. A name that an attacker points at 127.0.0.1 (DNS rebinding) still shows in Host.
			if (path === mailboxPath && !isLoopback(request.headers.get("host") ?? "")) return;
			const reads = request.method === "GET" || request.method === "HEAD";
			const answer = (reads ? await auth.pages(path) : null) ?? (await auth.passThrough.pass(request, path));
			if (answer !== null) endResponse(answer);
		},
	};
}
