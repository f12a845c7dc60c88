// Two servers on one database, and a server that is killed: a new version is seen everywhere at once, and calls in flight
// leave nothing behind.
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { serveApp } from "../../support/functions/serve-app.ts";
import { busyHost } from "../../support/functions/test-hosts.ts";
import { handler, pair, wat } from "../../support/functions/wat.ts";
import { type OpenApp, openApp } from "../../support/open-app.ts";

const acme = { tenant: "acme", role: "owner" } as const;

let one: OpenApp;
let two: OpenApp;
beforeAll(async () => {
	[one, two] = await Promise.all([openApp(), openApp()]);
});
afterAll(() => Promise.all([one.close(), two.close()]));

const digit = (value: number) => handler(pair("(i32.const 16)", "(i32.const 1)"), `(data (i32.const 16) "${value}")`);

async function deploy(app: OpenApp, name: string, bytes: Uint8Array, limits = {}): Promise<void> {
	const query = "mutation ($input: DeployFunctionInput!) { deployFunction(input: $input) { version } }";
	const input = { name, module: Buffer.from(bytes).toString("base64"), limits };
	expect(await (await app.ask(acme, { query, variables: { input } })).json()).not.toHaveProperty("errors");
}

async function invoke(app: OpenApp, name: string): Promise<{ output: unknown; status: string }> {
	const query = "mutation ($name: String!) { invokeFunction(name: $name) { status output error { code } } }";
	const answer = await (await app.ask(acme, { query, variables: { name } })).json();
	return (answer as { data: { invokeFunction: { output: unknown; status: string } } }).data.invokeFunction;
}

/** Milliseconds until the other server answers with the value. */
async function seenAfter(app: OpenApp, value: number): Promise<number> {
	const startedAt = performance.now();
	while ((await invoke(app, "replicated")).output !== value) {
		if (performance.now() - startedAt > 5000) throw new Error(`the version that answers ${value} is never seen`);
	}
	return performance.now() - startedAt;
}

test("another server sees a new version at once", async () => {
	await deploy(one, "replicated", digit(0));
	expect((await invoke(two, "replicated")).output).toBe(0);
	const times: number[] = [];
	for (let value = 1; value <= 5; value++) {
		await deploy(one, "replicated", digit(value));
		times.push(await seenAfter(two, value));
	}
	// A benchmark measures how long; here the median only has to be far from a poll or a time to live.
	expect(times.sort((a, b) => a - b)[2]).toBeLessThan(500);
});

test("a server that cannot be told remembers nothing", async () => {
	await deploy(one, "replicated", digit(6));
	await seenAfter(two, 6);
	const client = new Client({ connectionString: inject("stack").database });
	await client.connect();
	try {
		for (let value = 7; value < 10; value++) {
			await client.query(
				"select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'apprun listener apprun_functions'",
			);
			await deploy(one, "replicated", digit(value));
			expect((await invoke(two, "replicated")).output).toBe(value);
		}
	} finally {
		await client.end();
	}
});

test("a server killed with calls in flight leaves no host, and the next server serves", {
	timeout: 60_000,
}, async () => {
	await deploy(one, "spins", wat(`(module (func (export "spins") (loop br 0)))`), { timeMs: 30_000 });
	const server = await serveApp();
	void server.ask(acme, { query: 'mutation { invokeFunction(name: "spins") { status } }' }).catch(() => {});
	await expect.poll(async () => (await server.rest()).hosts.length, { timeout: 30_000 }).toBe(3);
	const { hosts: pids } = await server.rest();
	await busyHost({ pids: () => pids });
	server.child.kill("SIGKILL");
	for (let attempt = 0; attempt < 200 && pids.some(exists); attempt++) await sleep(20);
	expect(pids.filter(exists)).toEqual([]);
	expect((await invoke(one, "replicated")).status).toBe("SUCCESS");
	const next = await serveApp();
	const query = 'mutation { invokeFunction(name: "replicated") { status } }';
	expect(await (await next.ask(acme, { query })).json()).toEqual({ data: { invokeFunction: { status: "SUCCESS" } } });
	await next.stop();
});

test("a server that is closed answers the calls that wait", async () => {
	const app = await openApp();
	const calls = Array.from({ length: 5 }, () => invoke(app, "spins"));
	await sleep(200);
	const closing = app.close();
	const statuses = (await Promise.all(calls)).map(({ status }) => status);
	expect(statuses.every((status) => ["FAILED", "REFUSED"].includes(status))).toBe(true);
	await closing;
});

const exists = (pid: number): boolean => {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
};
