// The host processes themselves: killed and replaced, shared fairly between tenants, gone with their server, and shut in.
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { busyHost, settled, startTestHosts, type TestHosts } from "../../support/functions/test-hosts.ts";
import { echo, handler, wat } from "../../support/functions/wat.ts";

let hosts: TestHosts;
beforeEach(async () => {
	hosts = await startTestHosts();
});
afterEach(() => hosts.stop());

const add = wat(`(module (func (export "add") (param i32 i32) (result i32)
	(i32.add (local.get 0) (local.get 1))))`);
const loop = wat(`(module (func (export "run") (loop br 0)))`);

test("a host killed during a call fails that call only, and is replaced", async () => {
	await hosts.invoke({ bytes: add, name: "add", input: [1, 2] });
	await settled(hosts, 3);
	const before = hosts.pids();
	const call = hosts.invoke({ bytes: loop, limits: { timeMs: 20_000 } });
	const victim = await busyHost(hosts);
	process.kill(victim, "SIGKILL");
	expect(await call).toMatchObject({ status: "FAILED", error: { code: "HOST_LOST" } });
	await settled(hosts, 3);
	expect(hosts.pids()).not.toContain(victim);
	expect(hosts.pids().filter((pid) => before.includes(pid))).toHaveLength(2);
	expect(await hosts.invoke({ bytes: add, name: "add", input: [1, 2] })).toMatchObject({ output: "3" });
});

test("one host waits for the first call, the others come with it", async () => {
	expect(hosts.pids()).toHaveLength(1);
	expect(await hosts.invoke({ bytes: add, name: "add", input: [1, 2] })).toMatchObject({ output: "3" });
	await settled(hosts, 3);
	expect(hosts.pids()).toHaveLength(3);
});

test("all hosts killed at once come back", async () => {
	await hosts.invoke({ bytes: add, name: "add", input: [1, 2] });
	await settled(hosts, 3);
	const before = hosts.pids();
	for (const pid of before) process.kill(pid, "SIGKILL");
	for (let attempt = 0; attempt < 500 && hosts.pids().some((pid) => before.includes(pid)); attempt++) await sleep(10);
	expect(await hosts.invoke({ bytes: add, name: "add", input: [1, 2] })).toMatchObject({ output: "3" });
	await settled(hosts, 3);
});

test("one tenant's 200 slow calls leave room for another tenant's fast ones", { timeout: 60_000 }, async () => {
	const slow = await hosts.prepare({ bytes: loop, tenantId: "flood", limits: { timeMs: 100 } });
	const fast = await hosts.prepare({ bytes: add, name: "add", tenantId: "calm", input: [1, 2] });
	await fast();
	let finished = 0;
	const flood = Array.from({ length: 200 }, () =>
		slow().finally(() => {
			finished += 1;
		}),
	);
	let [served, undisturbed] = [0, 0];
	while (finished < 10) {
		const before = finished;
		expect(await fast()).toMatchObject({ status: "SUCCESS", output: "3" });
		served += 1;
		if (finished === before) undisturbed += 1;
	}
	// Had the fast calls waited for their turn among the slow ones, a slow one would have ended during each of them.
	expect(undisturbed).toBeGreaterThan(served / 3);
	hosts.stop();
	const results = await Promise.all(flood);
	expect(results.filter(({ status }) => status === "SUCCESS")).toEqual([]);
});

test("more calls than may wait are refused at once, those of other tenants not", async () => {
	await hosts.stop();
	hosts = await startTestHosts({ queuedOfTenant: 5, queueMs: 300 });
	const slow = await hosts.prepare({ bytes: loop, tenantId: "flood", limits: { timeMs: 200 } });
	const results = await Promise.all(Array.from({ length: 10 }, () => slow()));
	const codes = results.map(({ error }) => error?.code).sort();
	// One runs and five wait; of those, one or two get their turn within 300 ms.
	expect(codes.filter((code) => code === "QUEUE_FULL")).toHaveLength(4);
	expect(codes.filter((code) => code === "QUEUE_TIMEOUT").length).toBeGreaterThanOrEqual(3);
	expect(results.find(({ error }) => error?.code === "QUEUE_FULL")?.status).toBe("LIMIT_EXCEEDED");
	expect(await hosts.invoke({ bytes: add, name: "add", tenantId: "calm", input: [1, 2] })).toMatchObject({
		output: "3",
	});
});

test("a module is cold once per host, then hot", async () => {
	const invoke = await hosts.prepare({ bytes: handler(echo) });
	const cold = [];
	for (let call = 0; call < 5; call++) cold.push((await invoke()).cold);
	expect(cold).toEqual([true, false, false, false, false]);
});

test("a host holds a hundred modules, and forgets the one that was not called for longest", async () => {
	await hosts.stop();
	hosts = await startTestHosts({ hosts: 1, running: 1 });
	const bytes = handler(echo);
	// A custom section makes it another module.
	const other = (index: number) => hosts.prepare({ bytes: Uint8Array.from([...bytes, 0, 3, 1, 0x78, index]) });
	const calls = await Promise.all(Array.from({ length: 101 }, (_, index) => other(index)));
	await settled(hosts, 2);
	const cold = async (index: number) => (await calls[index]?.())?.cold;
	for (let index = 0; index < 100; index++) await cold(index);
	expect(await cold(0)).toBe(false);
	expect(await cold(100)).toBe(true);
	expect(await cold(0)).toBe(false);
	expect(await cold(1)).toBe(true);
});

test("hosts end with a server that is killed, even in the middle of a loop", { timeout: 30_000 }, async () => {
	const script = fileURLToPath(new URL("../../support/functions/looping-server.ts", import.meta.url));
	const server = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	const [line] = (await server.stdout.setEncoding("utf8").take(1).toArray()) as [string];
	const pids = JSON.parse(line) as number[];
	expect(pids.filter(exists)).toHaveLength(3);
	server.kill("SIGKILL");
	for (let attempt = 0; attempt < 100 && pids.some(exists); attempt++) await sleep(20);
	expect(pids.filter(exists)).toEqual([]);
});

test("a host has no environment, and may not read files, start processes or workers", async () => {
	for (const pid of hosts.pids()) {
		const environment = await readFile(`/proc/${pid}/environ`, "utf8");
		const names = environment.split("\0").map((pair) => pair.split("=")[0]);
		expect(
			names.filter(
				(name) =>
					!["", "PWD", "NODE_CHANNEL_FD", "NODE_CHANNEL_SERIALIZATION_MODE", "_", "OLDPWD", "SHLVL"].includes(
						name ?? "",
					),
			),
		).toEqual([]);
		const commandLine = (await readFile(`/proc/${pid}/cmdline`, "utf8")).split("\0");
		expect(commandLine).toContain("--permission");
		expect(commandLine.filter((argument) => argument.startsWith("--allow-"))).toEqual([
			expect.stringMatching(/^--allow-fs-read=\/.+\/host$/),
		]);
	}
});

const exists = (pid: number): boolean => {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
};
