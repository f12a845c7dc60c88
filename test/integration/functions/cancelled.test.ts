// What a function waits for ends with it: the request to the database is broken off, a function that it invoked is ended
// or leaves the queue, and the hosts are at rest afterwards.
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { expect, inject, test } from "vitest";
import { settled, startTestHosts } from "../../support/functions/test-hosts.ts";
import { handler, pair, wat } from "../../support/functions/wat.ts";
import { openApp } from "../../support/open-app.ts";

/** Asks its input, a JSON string, without the quotes. */
const asks = handler(`(local $n i32)
	(local.set $n (call $graphql (i32.add (local.get $ptr) (i32.const 1)) (i32.sub (local.get $len) (i32.const 2)) (i32.const 0) (i32.const 0)))
	(call $reply (i32.const 4096)) ${pair("(i32.const 4096)", "(local.get $n)")}`);

const loop = wat(`(module (func (export "run") (loop br 0)))`);

test("a request to the database is broken off when its function runs out of time", async () => {
	const app = await openApp();
	const blocker = new Client({ connectionString: inject("stack").database });
	await blocker.connect();
	try {
		const owner = { tenant: "acme", role: "owner" } as const;
		const ask = async (query: string, variables: Record<string, unknown>) =>
			(await (await app.ask(owner, { query, variables })).json()) as { data: Record<string, unknown> };
		const module = Buffer.from(asks).toString("base64");
		const input = { name: "waits", module, limits: { timeMs: 300 } };
		await ask("mutation ($input: DeployFunctionInput!) { deployFunction(input: $input) { version } }", { input });
		await blocker.query("begin; lock table api.tags in access exclusive mode");
		const answer = await ask(
			`mutation ($query: JSON) { invokeFunction(name: "waits", input: $query) { status error { code } } }`,
			{ query: "{ tags(limit: 1) { name } }" },
		);
		expect(answer.data).toEqual({ invokeFunction: { status: "TIMEOUT", error: { code: "TIME_EXCEEDED" } } });
		// The table is still locked: only somebody who stopped waiting can have got this.
		const refusals = () => app.observations.flatMap((each) => (each.kind === "request.error" ? each.code : []));
		await expect.poll(refusals).toEqual(["TIMEOUT"]);
	} finally {
		await blocker.end();
		await app.close();
	}
});

test("a function that another one waits for is ended with it, and so is one that still waits for its turn", async () => {
	const hosts = await startTestHosts();
	try {
		const spins = await hosts.prepare({ bytes: loop, limits: { timeMs: 30_000 } });
		const inner: string[] = [];
		const invokeInner = async (_query: string, _variables: string, cancelled: AbortSignal) => {
			const calls = [0, 1, 2].map(() => hosts.invoke({ bytes: loop, depth: 1, limits: { timeMs: 30_000 }, cancelled }));
			inner.push(...(await Promise.all(calls)).map(({ error }) => String(error?.code)));
			return "{}";
		};
		const outer = await hosts.invoke({ bytes: asks, askGraphql: invokeInner, limits: { timeMs: 300 } });
		expect(outer).toMatchObject({ status: "TIMEOUT" });
		await expect.poll(() => inner).toEqual(["CANCELLED", "CANCELLED", "CANCELLED"]);
		await settled(hosts, 3);
		// Another tenant's call is nobody else's to end.
		const other = spins();
		await sleep(50);
		expect(await hosts.invoke({ bytes: asks, tenantId: "two" })).toMatchObject({ status: "SUCCESS", output: "{}" });
		hosts.stop();
		expect(await other).toMatchObject({ error: { code: "HOST_LOST" } });
	} finally {
		await hosts.stop();
	}
});
