// What it takes to get over a killed host: until as many hosts as before are ready, and until the call that waited for the
// one in the killed host is answered.
import { setTimeout as sleep } from "node:timers/promises";
import { readExample } from "../../../test/support/functions/examples.ts";
import { busyHost, settled, startTestHosts, type TestHosts } from "../../../test/support/functions/test-hosts.ts";
import { wat } from "../../../test/support/functions/wat.ts";
import { percentile } from "../render-table.ts";
import type { Bench } from "../suite.ts";

/** Milliseconds from the kill. */
export interface KilledHosts {
	readonly replaced: { readonly p50: number; readonly p95: number };
	readonly nextCall: { readonly p50: number; readonly p95: number };
}

const kills = 20;
/** Two, and one that is kept warm. */
const count = 3;

/** Kills hosts with an endless call in them, one after the other. */
export async function measureKilledHosts({ signal }: Bench): Promise<KilledHosts> {
	const hosts = await startTestHosts();
	try {
		const add = await hosts.prepare({ bytes: readExample("add-rust").bytes, name: "add", input: [1, 2] });
		const endless = wat(`(module (func (export "run") (loop br 0)))`);
		const loop = await hosts.prepare({ bytes: endless, limits: { timeMs: 30_000 } });
		const replaced: number[] = [];
		const nextCall: number[] = [];
		while (replaced.length < kills) {
			signal.throwIfAborted();
			await settled(hosts, count);
			const [killed, waiting] = [loop(), add()];
			const victim = await busyHost(hosts);
			const startedAt = performance.now();
			process.kill(victim, "SIGKILL");
			const answered = waiting.then(() => nextCall.push(performance.now() - startedAt));
			await untilReplaced(hosts, victim);
			replaced.push(performance.now() - startedAt);
			await Promise.all([killed, answered]);
		}
		return { replaced: percentiles(replaced), nextCall: percentiles(nextCall) };
	} finally {
		await hosts.stop();
	}
}

async function untilReplaced(hosts: TestHosts, victim: number): Promise<void> {
	while (hosts.pids().includes(victim) || hosts.pids().length < count) await sleep(1);
}

const percentiles = (values: readonly number[]) => ({ p50: percentile(values, 50), p95: percentile(values, 95) });
