// Modules that do something wrong when they are called, with how such a call must end. Each is admitted first.
import { handler, pair, wat } from "./wat.ts";

/** A module whose export `run` has this body. */
const run = (body: string, more = ""): Uint8Array =>
	wat(`(module ${more} (memory (export "memory") 1) (func $run (export "run") ${body}))`);

export const command = (body: string, more = ""): Uint8Array =>
	wat(`(module
		(import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
		(import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
		(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
		(import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
		(memory (export "memory") 1) ${more}
		(func (export "_start") ${body}))`);

const constant = (text: string): Uint8Array =>
	handler(
		pair("(i32.const 16)", `(i32.const ${Buffer.byteLength(text)})`),
		`(data (i32.const 16) "${[...Buffer.from(text)].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("")}")`,
	);

export const faults: readonly (readonly [
	what: string,
	bytes: Uint8Array,
	status: string,
	code: string,
	message: RegExp,
])[] = [
	["an unreachable instruction", run("unreachable"), "FAILED", "TRAP", /unreachable/],
	["a division by zero", run("(drop (i32.div_u (i32.const 1) (i32.const 0)))"), "FAILED", "TRAP", /divide by zero/],
	["a load outside of memory", run("(drop (i32.load (i32.const -4)))"), "FAILED", "TRAP", /out of bounds/],
	["infinite recursion", run("call $run"), "FAILED", "STACK_OVERFLOW", /too deeply/],
	[
		"infinite recursion where it may wait",
		handler("(call $f) (i64.const 0)", "(func $f call $f)"),
		"FAILED",
		"STACK_OVERFLOW",
		/./,
	],
	["an exception that nobody catches", run("(throw $e)", "(tag $e)"), "FAILED", "TRAP", /exception/],
	["no answer at all", handler("(i64.const 0)"), "SUCCESS", "", /./],
	["an answer that is no JSON", constant("{status:1}"), "FAILED", "BAD_OUTPUT", /not JSON/],
	[
		"an answer that is no UTF-8",
		handler(pair("(i32.const 16)", "(i32.const 3)"), '(data (i32.const 16) "\\22\\ff\\22")'),
		"FAILED",
		"BAD_OUTPUT",
		/not UTF-8/,
	],
	["an answer nested 101 deep", constant("[".repeat(101) + "]".repeat(101)), "FAILED", "BAD_OUTPUT", /deeper than 100/],
	["an answer out of bounds", handler(pair("(i32.const 131070)", "(i32.const 10)")), "FAILED", "BAD_POINTER", /131070/],
	["an answer of 4 GiB", handler("(i64.const -1)"), "FAILED", "BAD_POINTER", /4294967295/],
	[
		"a log line out of bounds",
		handler("(call $log (i32.const -1) (i32.const 5)) (i64.const 0)"),
		"FAILED",
		"BAD_POINTER",
		/./,
	],
	[
		"a log line that is no UTF-8",
		handler("(call $log (i32.const 16) (i32.const 1)) (i64.const 0)", '(data (i32.const 16) "\\ff")'),
		"FAILED",
		"BAD_OUTPUT",
		/log line/,
	],
	[
		"alloc out of bounds",
		wat(`(module (memory (export "memory") 1)
		(func (export "alloc") (param i32) (result i32) (i32.const -1))
		(func (export "handle") (param i32 i32) (result i64) (i64.const 0)))`),
		"FAILED",
		"BAD_POINTER",
		/./,
	],
	[
		"its own failure",
		handler("(call $fail (i32.const 16) (i32.const 2)) (i64.const 0)", '(data (i32.const 16) "no")'),
		"FAILED",
		"FAILED_BY_FUNCTION",
		/: no\.$/,
	],
	[
		"its own failure, caught",
		handler(
			"(block (try (do (call $fail (i32.const 16) (i32.const 2))) (catch_all))) (i64.const 0)",
			'(data (i32.const 16) "no")',
		),
		"FAILED",
		"FAILED_BY_FUNCTION",
		/: no\.$/,
	],
	[
		"an output flood",
		handler(pair("(i32.const 0)", "(i32.const 262145)"), "", "5"),
		"LIMIT_EXCEEDED",
		"OUTPUT_TOO_LARGE",
		/262144/,
	],
	[
		"a log flood",
		handler("(loop (call $log (i32.const 16) (i32.const 1)) (br 0)) (i64.const 0)"),
		"LIMIT_EXCEEDED",
		"LOGS_TOO_LONG",
		/100 lines/,
	],
	[
		"an allocation bomb",
		run("(loop (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then unreachable)) (br 0))"),
		"LIMIT_EXCEEDED",
		"MEMORY_EXHAUSTED",
		/512 of 512/,
	],
	["an infinite loop", run("(loop br 0)"), "TIMEOUT", "TIME_EXCEEDED", /300 ms/],
	[
		"an infinite loop with a caught limit",
		handler("(loop (try (do (call $log (i32.const 16) (i32.const 1))) (catch_all)) (br 0)) (i64.const 0)"),
		"TIMEOUT",
		"TIME_EXCEEDED",
		/./,
	],
	[
		"a memory.fill loop",
		run("(loop (memory.fill (i32.const 0) (i32.const 1) (i32.const 65536)) (br 0))"),
		"TIMEOUT",
		"TIME_EXCEEDED",
		/./,
	],
];

export const commandFaults: readonly (readonly [what: string, bytes: Uint8Array, status: string, code: string])[] = [
	["exit code 3", command("(call $exit (i32.const 3))"), "FAILED", "EXIT_CODE"],
	["exit code 0 without output", command("(call $exit (i32.const 0))"), "SUCCESS", ""],
	["an output flood", command(writeForever(1)), "LIMIT_EXCEEDED", "OUTPUT_TOO_LARGE"],
	["a log flood", command(writeForever(2)), "LIMIT_EXCEEDED", "LOGS_TOO_LONG"],
	["a sleep past the limit", command(sleepFor(60)), "TIMEOUT", "TIME_EXCEEDED"],
	[
		"an output vector out of bounds",
		command("(drop (call $write (i32.const 1) (i32.const -8) (i32.const 1) (i32.const 0)))"),
		"FAILED",
		"BAD_POINTER",
	],
	[
		"four billion vectors",
		command("(drop (call $write (i32.const 1) (i32.const 64) (i32.const -1) (i32.const 0)))"),
		"FAILED",
		"BAD_POINTER",
	],
];

/** One vector of 1,000 bytes, written to `fd` again and again; the bytes are lines. */
function writeForever(fd: number): string {
	return `(memory.fill (i32.const 64) (i32.const 10) (i32.const 1000))
		(i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const 1000))
		(loop (drop (call $write (i32.const ${fd}) (i32.const 0) (i32.const 1) (i32.const 8))) (br 0))`;
}

/** A relative sleep on the monotonic clock: subscription at 64, event at 128. */
export function sleepFor(seconds: number): string {
	return `(i32.store (i32.const 80) (i32.const 1)) (i64.store (i32.const 88) (i64.const ${seconds * 1e9}))
		(drop (call $poll (i32.const 64) (i32.const 128) (i32.const 1) (i32.const 8)))`;
}
