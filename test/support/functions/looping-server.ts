// A server for a test to kill: starts hosts, keeps one in an endless loop, prints the hosts' pids.
import { setTimeout as sleep } from "node:timers/promises";
import { startTestHosts } from "./test-hosts.ts";
import { wat } from "./wat.ts";

const hosts = await startTestHosts();
const loop = await hosts.prepare({
	bytes: wat(`(module (func (export "run") (loop br 0)))`),
	limits: { timeMs: 30_000 },
});
void loop();
while (hosts.pids().length < 3) await sleep(10);
process.stdout.write(`${JSON.stringify(hosts.pids())}\n`);
