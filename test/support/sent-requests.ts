// Listens to what undici sends in this process: the requests that really go to PostgREST.
import { subscribe, unsubscribe } from "node:diagnostics_channel";

export interface SentRequest {
	readonly method: string;
	/** Path with query, as it goes over the wire. */
	readonly path: string;
	readonly body: string | null;
}

interface UndiciMessage {
	readonly request: { readonly method: string; readonly path: string; readonly body: unknown };
}

/** Runs `work` and gives its outcome with the requests that were sent meanwhile. */
export async function sentDuring<Outcome>(
	work: () => Promise<Outcome>,
): Promise<{ readonly outcome: Outcome; readonly requests: readonly SentRequest[] }> {
	const requests: SentRequest[] = [];
	const listen = (message: unknown) => {
		const { method, path, body } = (message as UndiciMessage).request;
		requests.push({ method, path, body: typeof body === "string" ? body : null });
	};
	subscribe("undici:request:create", listen);
	try {
		return { outcome: await work(), requests };
	} finally {
		unsubscribe("undici:request:create", listen);
	}
}
