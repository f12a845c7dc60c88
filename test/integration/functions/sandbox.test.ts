// Kind `sandbox`, on @wasmer/sdk in a process of its own: files, limits, and a new process after what the SDK does not get
// over.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ModuleKind } from "../../../src/functions/host/protocol.ts";
import { wasixNames } from "../../../src/functions/host/wasix.ts";
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

/** Writes the byte at 200, a digit, to stream 1. */
const answers = `(i32.store (i32.const 0) (i32.const 200)) (i32.store (i32.const 4) (i32.const 1))
	(drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))`;

test("WASIX: a byte goes through a pipe", { timeout: 60_000 }, async () => {
	const bytes = wat(`(module
		(import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
		(import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
		(import "wasix_32v1" "fd_pipe" (func $pipe (param i32 i32) (result i32)))
		(memory (export "memory") 1) (data (i32.const 100) "7")
		(func (export "_start")
			(drop (call $pipe (i32.const 16) (i32.const 20)))
			(i32.store (i32.const 0) (i32.const 100)) (i32.store (i32.const 4) (i32.const 1))
			(drop (call $write (i32.load (i32.const 20)) (i32.const 0) (i32.const 1) (i32.const 8)))
			(i32.store (i32.const 0) (i32.const 200))
			(drop (call $read (i32.load (i32.const 16)) (i32.const 0) (i32.const 1) (i32.const 8)))
			${answers}))`);
	expect(await invoke({ bytes, limits: { timeMs: 5000 } })).toMatchObject({ status: "SUCCESS", output: "7" });
});

test("WASIX: every name that a module may import is there", { timeout: 60_000 }, async () => {
	const imports = [...wasixNames].map((name) => `(import "wasix_32v1" "${name}" (func))`).join("");
	const bytes = wat(`(module
		(import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
		${imports} (memory (export "memory") 1) (data (i32.const 200) "1")
		(func (export "_start") ${answers}))`);
	expect(await invoke({ bytes, limits: { timeMs: 5000 } })).toMatchObject({ status: "SUCCESS", output: "1" });
	const missing = wat(`(module (import "wasix_32v1" "http_request" (func))
		(memory (export "memory") 1) (func (export "_start")))`);
	expect(await hosts.admit({ bytes: missing, kind: "sandbox" })).toMatchObject({ reason: "UNKNOWN_IMPORT" });
});

/** Starts a thread that does this with what it shares; the call ends when the thread has stored a 1 at 64. */
const threaded = (thread: string, maximum = 16): Uint8Array =>
	wat(`(module
		(import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
		(import "env" "memory" (memory 2 ${maximum} shared)) (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
		(export "memory" (memory 0))
		(func (export "wasi_thread_start") (param i32 i32) ${thread})
		(func (export "_start")
			(drop (call $spawn (i32.const 0)))
			(drop (memory.atomic.wait32 (i32.const 64) (i32.const 0) (i64.const -1)))
			${answers}))`);

const tellsMain = `(i32.atomic.store8 (i32.const 200) (i32.const 0x35))
	(i32.atomic.store (i32.const 64) (i32.const 1)) (drop (memory.atomic.notify (i32.const 64) (i32.const 1)))`;

test("a thread works on shared memory; one that goes on ends with the process", { timeout: 60_000 }, async () => {
	for (const thread of [tellsMain, `${tellsMain} (loop br 0)`]) {
		const result = await invoke({ bytes: threaded(thread), limits: { timeMs: 5000 } });
		expect(result).toMatchObject({ status: "SUCCESS", output: "5" });
		await expect.poll(() => sandbox.pids()).toEqual([]);
	}
	expect(await invoke({ bytes: lines.bytes, input: ["a"], limits: { timeMs: 5000 } })).toMatchObject({
		status: "SUCCESS",
	});
});

test("shared memory is for the sandbox, within its limit, and imported memory is shared", async () => {
	const reason = async (bytes: Uint8Array, kind: ModuleKind) => await hosts.admit({ bytes, kind });
	expect(await reason(threaded(tellsMain, 513), "sandbox")).toMatchObject({ reason: "MEMORY_TOO_LARGE" });
	expect(await reason(threaded(tellsMain), "command")).toMatchObject({ reason: "UNKNOWN_IMPORT" });
	const own = wat(`(module (import "env" "memory" (memory 1)) (export "memory" (memory 0)) (func (export "_start")))`);
	expect(await reason(own, "sandbox")).toMatchObject({ reason: "UNKNOWN_IMPORT" });
});

test("files beyond what the sandbox may hold end the process, and the next call has a new one", {
	timeout: 60_000,
}, async () => {
	// Rights and flags as wasi-libc's open() has them: create a file below the directory that is open as 4, then write for ever.
	const fills = wat(`(module
		(import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
		(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
		(import "wasi_snapshot_preview1" "path_open" (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
		(memory (export "memory") 20) (data (i32.const 16) "bomb")
		(func (export "_start") (local $fd i32)
			(local.set $fd (i32.const 3))
			(block $opened (loop $next
				(br_if $opened (i32.eqz (call $open (local.get $fd) (i32.const 0) (i32.const 16) (i32.const 4) (i32.const 1)
					(i64.const 64) (i64.const 64) (i32.const 0) (i32.const 32))))
				(local.set $fd (i32.add (local.get $fd) (i32.const 1)))
				(if (i32.gt_u (local.get $fd) (i32.const 9)) (then (call $exit (i32.const 9)))) (br $next)))
			(i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const 1000000))
			(loop (drop (call $write (i32.load (i32.const 32)) (i32.const 0) (i32.const 1) (i32.const 8))) (br 0))))`);
	const result = await invoke({ bytes: fills, limits: { timeMs: 30_000 } });
	expect(result).toMatchObject({ status: "LIMIT_EXCEEDED", error: { code: "MEMORY_EXHAUSTED" } });
	expect(await invoke({ bytes: lines.bytes, input: ["a"], limits: { timeMs: 5000 } })).toMatchObject({
		status: "SUCCESS",
	});
});

test("a process is replaced after so many runs", { timeout: 60_000 }, async () => {
	const few = createSandboxRunner(hosts.settings, 3);
	try {
		const run = await prepareOn(hosts.runner, few, {
			...lines,
			kind: "sandbox",
			input: ["a"],
			limits: { timeMs: 5000 },
		});
		const pids = new Set<number>();
		for (let call = 0; call < 6; call++) {
			expect(await run()).toMatchObject({ status: "SUCCESS", cold: call % 3 === 0 });
			for (const pid of few.pids()) pids.add(pid);
		}
		expect(pids.size).toBe(2);
	} finally {
		few.stop();
	}
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
