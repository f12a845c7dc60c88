// Kind `sandbox`, on @wasmer/sdk in a process of its own: files, limits, and a new process after what the SDK does not get
// over.
import { afterAll, beforeAll, expect, test } from "vitest";
import { createSandboxRunner, type SandboxRunner } from "../../../src/functions/sandbox-runner.ts";
import { readExample } from "../../support/functions/examples.ts";
import { prepareOn, type Run, startTestHosts, type TestHosts } from "../../support/functions/test-hosts.ts";
import { wat } from "../../support/functions/wat.ts";

let hosts: TestHosts;
let sandbox: SandboxRunner;
beforeAll(async () => {
	hosts = await startTestHosts();
	sandbox = createSandboxRunner(hosts.settings);
});
afterAll(async () => {
	sandbox.stop();
	await hosts.stop();
});

const invoke = async (run: Run) => (await prepareOn(hosts.runner, sandbox, { kind: "sandbox", ...run }))();

const command = (body: string, more = ""): Uint8Array =>
	wat(`(module
		(import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
		(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
		(memory (export "memory") 1) ${more}
		(func $start (export "_start") ${body}))`);

const lines = readExample("sort_lines");

test("is not started before it is needed; a command has files, fresh for each run", { timeout: 60_000 }, async () => {
	expect(sandbox.pids()).toEqual([]);
	for (const cold of [true, false])
		expect(
			await invoke({ bytes: lines.bytes, input: ["pear", "apple", "fig"], limits: { timeMs: 5000 } }),
		).toMatchObject({
			status: "SUCCESS",
			output: '{"files":3,"lines":["apple","fig","pear"]}\n',
			cold,
		});
	expect(sandbox.pids()).toHaveLength(1);
});

test("the same module as a plain command has no files", async () => {
	expect(await hosts.invoke({ bytes: lines.bytes, kind: "command", input: ["a"] })).toMatchObject({
		status: "FAILED",
		error: { code: "EXIT_CODE" },
	});
});

test.each([
	["exit code 3", "(call $exit (i32.const 3))", "FAILED", "EXIT_CODE"],
	["a trap", "unreachable", "FAILED", "TRAP"],
	["infinite recursion", "call $start", "FAILED", "TRAP"],
])("%s", { timeout: 60_000 }, async (_what, body, status, code) => {
	const result = await invoke({ bytes: command(body), limits: { timeMs: 5000 } });
	expect(result).toMatchObject({ status, error: { code } });
});

test.each([1, 2])("a flood on stream %i ends, and what is too long is cut off", { timeout: 60_000 }, async (stream) => {
	const { status, output, logs } = await invoke({ bytes: command(flood(stream)), limits: { timeMs: 3000 } });
	// The guest goes on until its time is up; a machine too busy to end it in time ends its process.
	expect(["LIMIT_EXCEEDED", "TIMEOUT"]).toContain(status);
	expect(output).toBeNull();
	expect(logs.length).toBeLessThanOrEqual(100);
});

test("an endless loop ends in time, and so does its thread", { timeout: 60_000 }, async () => {
	await invoke({ bytes: lines.bytes, input: ["a"], limits: { timeMs: 5000 } });
	const [before] = sandbox.pids();
	const result = await invoke({ bytes: command("(loop br 0)"), limits: { timeMs: 300 } });
	expect(result).toMatchObject({ status: "TIMEOUT", error: { code: "TIME_EXCEEDED" } });
	expect(result.durationMs).toBeLessThan(5000);
	expect(await invoke({ bytes: lines.bytes, input: ["a"], limits: { timeMs: 5000 } })).toMatchObject({
		status: "SUCCESS",
	});
	expect(sandbox.pids()).not.toContain(before);
	expect(() => process.kill(before ?? 0, 0)).toThrow("ESRCH");
});

test("memory ends at the function's limit", { timeout: 60_000 }, async () => {
	const grow =
		"(loop (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then (call $exit (i32.const 9)))) (br 0))";
	expect(await invoke({ bytes: command(grow), limits: { timeMs: 5000 } })).toMatchObject({
		error: { code: "EXIT_CODE" },
	});
});

test("a module that asks for more than WASI is refused before the SDK sees it", async () => {
	for (const bytes of [
		wat(`(module (import "host" "log" (func (param i32 i32))) (memory (export "memory") 1) (func (export "_start")))`),
		wat(`(module (memory (export "memory") 1) (data (i32.const 70000) "x") (func (export "_start")))`),
	])
		expect(await hosts.admit({ bytes, kind: "sandbox" })).toMatchObject({ kind: "refused" });
});

test("a killed process fails what ran in it, and the next call has a new one", { timeout: 60_000 }, async () => {
	await invoke({ bytes: lines.bytes, input: ["a"], limits: { timeMs: 5000 } });
	const [pid] = sandbox.pids();
	const call = invoke({ bytes: command("(loop br 0)"), limits: { timeMs: 20_000 } });
	setTimeout(() => process.kill(pid ?? 0, "SIGKILL"), 200);
	expect(await call).toMatchObject({ status: "FAILED", error: { code: "HOST_LOST" } });
	expect(await invoke({ bytes: lines.bytes, input: ["a"], limits: { timeMs: 5000 } })).toMatchObject({
		status: "SUCCESS",
	});
});

function flood(fd: number): string {
	return `(memory.fill (i32.const 64) (i32.const 10) (i32.const 1000))
		(i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const 1000))
		(loop (drop (call $write (i32.const ${fd}) (i32.const 0) (i32.const 1) (i32.const 8))) (br 0))`;
}
