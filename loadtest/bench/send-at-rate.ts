// Sends a request at even distances whether or not answers come back, as strangers do. autocannon's rate is no such
// thing: it sends a second's requests at its start and waits for answers in between. A latency counts from the moment
// that a request was due, so one that had to wait for a connection shows it.
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "undici";
import type { Load, MeasureInput, RepeatedRequest, Run } from "./measure.ts";

/** Runs `load.rate` × `load.seconds` requests. A server that falls behind makes it last longer. */
export async function sendAtRate({ request, load, accepts, signal }: MeasureInput, rate: number): Promise<Run> {
	const pool = openPool(request, load);
	const latencies: number[] = [];
	let errors = 0;
	const startedAt = performance.now();
	const send = async (dueAt: number) => {
		const good = await ask(pool, request, signal).then(accepts, () => false);
		latencies.push(performance.now() - dueAt);
		if (!good) errors += 1;
	};
	const sent: Promise<void>[] = [];
	try {
		while (sent.length < rate * load.seconds && !signal.aborted) {
			const dueAt = startedAt + (sent.length * 1000) / rate;
			if (dueAt > performance.now()) await sleep(1);
			else sent.push(send(dueAt));
		}
		await Promise.all(sent);
		return { latencies, errors, seconds: (performance.now() - startedAt) / 1000 };
	} finally {
		await pool.destroy();
	}
}

function openPool({ origin, socketPath }: RepeatedRequest, { connections }: Load): Pool {
	return new Pool(origin, { connections, pipelining: 1, ...(socketPath === null ? {} : { socketPath }) });
}

async function ask(pool: Pool, request: RepeatedRequest, signal: AbortSignal): Promise<string> {
	const { method, path, headers, body, unique } = request;
	const text = unique ? (body?.replaceAll("[<id>]", randomUUID()) ?? null) : body;
	const response = await pool.request({ method, path, headers, body: text, signal });
	return await response.body.text();
}
