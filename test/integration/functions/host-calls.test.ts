// A function asks GraphQL and waits for the answer: how often, how deep, how large, and what a wait means for others.
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { settled, startTestHosts, type TestHosts } from "../../support/functions/test-hosts.ts";
import { handler, pair } from "../../support/functions/wat.ts";

let hosts: TestHosts;
beforeEach(async () => {
	hosts = await startTestHosts();
});
afterEach(() => hosts.stop());

/** Asks its input as a query, and answers with the reply. */
const ask = handler(`(local $n i32)
	(local.set $n (call $graphql (local.get $ptr) (local.get $len) (i32.const 0) (i32.const 0)))
	(call $reply (i32.const 2048))
	${pair("(i32.const 2048)", "(local.get $n)")}`);

/** Asks for ever. */
const asksForEver = handler(`(loop
	(drop (call $graphql (local.get $ptr) (local.get $len) (i32.const 0) (i32.const 0))) (br 0))
	(i64.const 0)`);

test("a reply comes back into the function's memory", async () => {
	const asked: string[] = [];
	const askGraphql = async (query: string) => {
		asked.push(query);
		await sleep(5);
		return '{"data":{"ä":1}}';
	};
	expect(await hosts.invoke({ bytes: ask, input: "{ a }", askGraphql })).toMatchObject({
		status: "SUCCESS",
		output: '{"data":{"ä":1}}',
	});
	expect(asked).toEqual(['"{ a }"']);
});

test("more host calls than allowed end the call", async () => {
	let asked = 0;
	const askGraphql = async () => `{"asked":${++asked}}`;
	const result = await hosts.invoke({ bytes: asksForEver, askGraphql, limits: { hostCalls: 7 } });
	expect(result).toMatchObject({ status: "LIMIT_EXCEEDED", error: { code: "TOO_MANY_HOST_CALLS" } });
	expect(asked).toBe(7);
	await settled(hosts, 3);
});

test("a reply above 1 MiB ends the call", async () => {
	const askGraphql = async () => "x".repeat(1024 * 1024 + 1);
	const result = await hosts.invoke({ bytes: ask, askGraphql });
	expect(result).toMatchObject({ status: "LIMIT_EXCEEDED", error: { code: "REPLY_TOO_LARGE" } });
});

test("a reply that does not fit into memory ends the call", async () => {
	const askGraphql = async () => "x".repeat(200_000);
	expect(await hosts.invoke({ bytes: ask, askGraphql })).toMatchObject({
		status: "FAILED",
		error: { code: "BAD_POINTER" },
	});
});

test("time waited for GraphQL counts, and the operation is told to stop", async () => {
	let stopped = false;
	const askGraphql = async (_query: string, _variables: string, signal: AbortSignal) => {
		await sleep(10_000, undefined, { signal }).catch(() => {
			stopped = true;
		});
		return "{}";
	};
	const result = await hosts.invoke({ bytes: ask, askGraphql, limits: { timeMs: 200 } });
	expect(result).toMatchObject({ status: "TIMEOUT", error: { code: "TIME_EXCEEDED" } });
	await sleep(10);
	expect(stopped).toBe(true);
	await settled(hosts, 3);
});

test("functions that call functions: three levels, then a clear end", async () => {
	const call = (depth: number) => async (): Promise<string> => {
		const result = await hosts.invoke({ bytes: ask, depth, askGraphql: call(depth + 1) });
		return JSON.stringify({ depth, status: result.status, code: result.error?.code, output: result.output });
	};
	const text = await call(0)();
	expect(text).toContain("CALLS_TOO_DEEP");
	expect(text.match(/SUCCESS/g)).toHaveLength(3);
});

test("many calls at once that each wait for another call all end", { timeout: 30_000 }, async () => {
	const inner = await hosts.prepare({ bytes: ask, depth: 1 });
	const outer = await hosts.prepare({
		bytes: ask,
		limits: { timeMs: 10_000 },
		askGraphql: async () => JSON.stringify({ inner: (await inner()).status }),
	});
	const results = await Promise.all(Array.from({ length: 20 }, () => outer()));
	expect(results.map(({ output }) => output)).toEqual(results.map(() => '{"inner":"SUCCESS"}'));
	expect(hosts.pids().length).toBeLessThanOrEqual(8);
});

test("a call that waits for GraphQL leaves its share to other calls of its tenant", async () => {
	let release: (text: string) => void = () => {};
	const waiting = hosts.invoke({
		bytes: ask,
		limits: { timeMs: 20_000 },
		askGraphql: () => new Promise((resolve) => (release = resolve)),
	});
	await sleep(100);
	expect(await hosts.invoke({ bytes: ask, askGraphql: async () => "1" })).toMatchObject({ output: "1" });
	release("2");
	expect(await waiting).toMatchObject({ output: "2" });
});
