// Whatever a function does wrong ends its own call, with a status and a code, and the next call runs as if nothing had
// happened: same server process, hosts at rest, nothing left behind.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { command, commandFaults, faults, sleepFor } from "../../support/functions/fault-modules.ts";
import { settled, startTestHosts, type TestHosts } from "../../support/functions/test-hosts.ts";
import { echo, handler, pair, wat } from "../../support/functions/wat.ts";

let hosts: TestHosts;
beforeAll(async () => {
	hosts = await startTestHosts();
});
afterAll(() => hosts.stop());
// After every one of these faults the hosts are whole again.
afterEach(async () => {
	expect(await hosts.invoke({ bytes: handler(echo), input: { still: "here" } })).toMatchObject({
		status: "SUCCESS",
		output: '{"still":"here"}',
	});
	await settled(hosts, 3);
});

test.each(faults)("%s", async (_what, bytes, status, code, message) => {
	const result = await hosts.invoke({ bytes, limits: { timeMs: 300 } });
	expect(result).toMatchObject({ status });
	if (code === "") expect(result).toMatchObject({ output: "null", error: null });
	else
		expect(result.error).toEqual({
			code,
			message: expect.stringMatching(message),
			hint: expect.stringMatching(/\w{10}|\w+ \w+/),
		});
});

test.each(commandFaults)("a command with %s", async (_what, bytes, status, code) => {
	const result = await hosts.invoke({ bytes, kind: "command", limits: { timeMs: 300 } });
	expect(result).toMatchObject({ status });
	expect(result.error?.code ?? "").toBe(code);
});

test("a command that sleeps within its limit succeeds", async () => {
	const result = await hosts.invoke({ bytes: command(sleepFor(0.05)), kind: "command" });
	expect(result).toMatchObject({ status: "SUCCESS", output: "null" });
	expect(result.durationMs).toBeGreaterThan(45);
});

test("a command reads its input and answers with it", async () => {
	const bytes = command(`
		(i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const 1024))
		(drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
		(i32.store (i32.const 4) (i32.load (i32.const 8)))
		(drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
		(drop (call $write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8)))`);
	expect(await hosts.invoke({ bytes, kind: "command", input: { ä: [1] } })).toMatchObject({
		status: "SUCCESS",
		output: '{"ä":[1]}',
		logs: ['{"ä":[1]}'],
	});
});

test("input above the limit is not even sent", async () => {
	const result = await hosts.invoke({ bytes: handler(echo), input: "x".repeat(99), limits: { inputBytes: 100 } });
	expect(result).toMatchObject({ status: "LIMIT_EXCEEDED", error: { code: "INPUT_TOO_LARGE" } });
});

test("a module that corrupts its own memory is fresh in the next call", async () => {
	// Counts in its own data; a second call on the same host starts from the data as deployed.
	const invoke = await hosts.prepare({
		bytes: handler(
			`(i32.store8 (i32.const 16) (i32.add (i32.load8_u (i32.const 16)) (i32.const 1)))
			${pair("(i32.const 16)", "(i32.const 1)")}`,
			'(data (i32.const 16) "7")',
		),
	});
	for (let call = 0; call < 5; call++) expect(await invoke()).toMatchObject({ output: "8" });
});

test("numbers: every type, several results, digits beyond JavaScript's", async () => {
	const bytes = wat(`(module (func (export "run") (param i32 i64 f32 f64) (result f64 f32 i64 i32)
		(local.get 3) (local.get 2) (local.get 1) (local.get 0)))`);
	expect(await hosts.invoke({ bytes, input: [-1, "9223372036854775807", 0.5, 1e300] })).toMatchObject({
		output: '[1e+300,0.5,"9223372036854775807",-1]',
	});
	for (const input of [null, [1], [1.5, "1", 0, 0], ["1", "1", 0, 0], [1, "x", 0, 0], [1, 2 ** 60, 0, 0], { 0: 1 }])
		expect(await hosts.invoke({ bytes, input })).toMatchObject({ status: "REFUSED", error: { code: "BAD_INPUT" } });
});

test("NaN is no answer", async () => {
	const bytes = wat(`(module (func (export "run") (result f64) (f64.const nan)))`);
	expect(await hosts.invoke({ bytes })).toMatchObject({ status: "FAILED", error: { code: "BAD_OUTPUT" } });
});
