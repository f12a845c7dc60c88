// A server process for a test to watch: lets every fault happen, several times, and prints what that did to the process
// itself: its memory before and after, and the CPU time that it uses when all is over.
import { setTimeout as sleep } from "node:timers/promises";
import { commandFaults, faults } from "./fault-modules.ts";
import { settled, startTestHosts } from "./test-hosts.ts";

const hosts = await startTestHosts();
const calls = await Promise.all([
	...faults.map(([, bytes]) => hosts.prepare({ bytes, limits: { timeMs: 300 } })),
	...commandFaults.map(([, bytes]) => hosts.prepare({ bytes, kind: "command" as const, limits: { timeMs: 300 } })),
]);
const allFaults = () => Promise.all(calls.map((call) => call()));
const restingBytes = async () => {
	await settled(hosts, 3);
	for (let pass = 0; pass < 3; pass++) {
		globalThis.gc?.();
		await sleep(50);
	}
	return process.memoryUsage.rss();
};

await allFaults();
const before = await restingBytes();
for (let round = 0; round < 4; round++) await allFaults();
const after = await restingBytes();
const cpu = process.cpuUsage();
await sleep(500);
const used = process.cpuUsage(cpu);
process.stdout.write(JSON.stringify({ before, after, cpuShare: (used.user + used.system) / 500_000 }));
await hosts.stop();
