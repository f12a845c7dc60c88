// Listens to what this process sends to PostgREST.
import type { CompiledRequest } from "../../src/source/postgrest/compile.ts";
import { sentChannel } from "../../src/source/postgrest/send.ts";

export interface SentRequest {
	readonly method: string;
	/** Path with query, as it goes over the wire. */
	readonly path: string;
	readonly body: string | null;
}

/** Runs `work` and gives its outcome with the requests that were sent meanwhile. */
export async function sentDuring<Outcome>(
	work: () => Promise<Outcome>,
): Promise<{ readonly outcome: Outcome; readonly requests: readonly SentRequest[] }> {
	const requests: SentRequest[] = [];
	const listen = (message: unknown) => {
		const { method, path, body } = message as CompiledRequest;
		requests.push({ method, path, body });
	};
	sentChannel.subscribe(listen);
	try {
		return { outcome: await work(), requests };
	} finally {
		sentChannel.unsubscribe(listen);
	}
}
