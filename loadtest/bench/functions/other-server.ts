// How soon a second server on the same database runs a version that the first one deployed: the second one is the functions
// stage by itself, in this process, with hosts and a connection that listens.
import { startFunctions } from "../../../src/functions/start-functions.ts";
import { handler, pair } from "../../../test/support/functions/wat.ts";
import { percentile } from "../render-table.ts";
import { sendOnce } from "../send-once.ts";
import type { RunningApprun } from "../start-apprun.ts";
import { deployment, type Send } from "./through-graphql.ts";

const versions = 20;

/** Answers with a number of three digits. */
const answering = (value: number) =>
	handler(pair("(i32.const 16)", "(i32.const 3)"), `(data (i32.const 16) "${value}")`);

/** Deploys on the one, asks the other until it answers with the new version. Milliseconds. */
export async function measureOtherServer(
	{ run, config }: RunningApprun,
	from: { readonly send: Send; readonly tenantId: string; readonly signal: AbortSignal },
): Promise<{ readonly p50: number; readonly p95: number }> {
	const other = await startFunctions({ config, databaseUrl: run.database, user: null, observe: () => {} });
	try {
		const caller = { tenantId: from.tenantId, subject: "bench" };
		const call = { name: "seen", version: null, input: "null", depth: 0, requestId: "bench", cancelled: null };
		const answer = async () => (await other.invoke(caller, { ...call, askGraphql: async () => "{}" })).output;
		const times: number[] = [];
		for (let value = 100; value <= 100 + versions; value++) {
			await sendOnce(from.send(deployment("seen", answering(value))), 0, from.signal);
			const startedAt = performance.now();
			while ((await answer()) !== String(value)) from.signal.throwIfAborted();
			// The first one was not known before.
			if (value > 100) times.push(performance.now() - startedAt);
		}
		return { p50: percentile(times, 50), p95: percentile(times, 95) };
	} finally {
		await other.stop();
	}
}
