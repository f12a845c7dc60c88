// Sends a request a few times, one after the other and with nothing else going on: what an unloaded server takes.
import { performance } from "node:perf_hooks";
import { Client } from "undici";
import type { RepeatedRequest } from "./measure.ts";
import { median, percentile } from "./render-table.ts";

export interface Unloaded {
	/** The first request on a new connection, in milliseconds. */
	readonly first: number;
	/** The requests after it, in milliseconds. */
	readonly median: number;
	readonly p95: number;
	/** Body of the first answer. */
	readonly body: string;
	/** What the server calls itself. */
	readonly server: string | null;
}

/** Sends it 1 + `repeats` times. @throws Error with the body of an answer that is not 2xx */
export async function sendOnce(request: RepeatedRequest, repeats: number, signal: AbortSignal): Promise<Unloaded> {
	const { origin, socketPath, method, path, headers, body } = request;
	const client = new Client(origin, socketPath === null ? {} : { socketPath });
	const send = async () => {
		const startedAt = performance.now();
		const response = await client.request({ method, path, headers, body, signal });
		const text = await response.body.text();
		const elapsed = performance.now() - startedAt;
		if (response.statusCode >= 300)
			throw new Error(`${method} ${path} was answered with ${response.statusCode}: ${text}`);
		const { server } = response.headers;
		return { elapsed, text, server: typeof server === "string" ? server : null };
	};
	try {
		const first = await send();
		const later: number[] = [];
		while (later.length < repeats) later.push((await send()).elapsed);
		return {
			first: first.elapsed,
			median: median(later),
			p95: percentile(later, 95),
			body: first.text,
			server: first.server,
		};
	} finally {
		await client.close();
	}
}
