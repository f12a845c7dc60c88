// Why an invocation did not succeed: code → status, message, hint. These are data of FunctionResult.error, not errors of
// the GraphQL request; docs/functions.md is tied to this table by a test.
import type { HostFailureCode, RefusalReason } from "./host/protocol.ts";

export type FunctionStatus = "SUCCESS" | "FAILED" | "TIMEOUT" | "LIMIT_EXCEEDED" | "REFUSED";

export interface FunctionErrorEntry {
	readonly status: Exclude<FunctionStatus, "SUCCESS">;
	readonly message: string;
	/** What a person can do about it. */
	readonly hint: string;
}

const entry = (status: FunctionErrorEntry["status"], message: string, hint: string): FunctionErrorEntry =>
	Object.freeze({ status, message, hint });

export type FunctionErrorCode =
	| HostFailureCode
	| "CALLS_TOO_DEEP"
	| "CANCELLED"
	| "HOST_LOST"
	| "INPUT_TOO_LARGE"
	| "QUEUE_FULL"
	| "QUEUE_TIMEOUT"
	| "SHUTTING_DOWN";

export const functionErrors: Readonly<Record<FunctionErrorCode, FunctionErrorEntry>> = Object.freeze({
	BAD_INPUT: entry("REFUSED", "The input does not fit the function.", "Send the input that the message describes."),
	BAD_OUTPUT: entry(
		"FAILED",
		"The function's answer cannot be used.",
		"Answer with JSON in UTF-8: the bytes that `handle` points at, or all of standard output.",
	),
	BAD_POINTER: entry(
		"FAILED",
		"The function gave an address outside of its memory.",
		"Return the pointer in the upper and the length in the lower 32 bits, of bytes that are still there then.",
	),
	CALLS_TOO_DEEP: entry(
		"LIMIT_EXCEEDED",
		"Functions called functions too deeply.",
		"Find the circle: a function invokes itself through GraphQL.",
	),
	CANCELLED: entry(
		"FAILED",
		"The function was not waited for.",
		"The function that invoked it ended first: give that one more time, or this one less to do.",
	),
	EXIT_CODE: entry("FAILED", "The command ended with an error.", "Read its log lines; standard error is among them."),
	FAILED_BY_FUNCTION: entry("FAILED", "The function says that it failed.", "Read the message, which is its own."),
	HOST_LOST: entry(
		"FAILED",
		"The process that ran the function ended.",
		"Invoke it again. If it happens every time, the function uses more memory than a host has.",
	),
	INPUT_TOO_LARGE: entry(
		"LIMIT_EXCEEDED",
		"The input is too large.",
		"Send less, or deploy with a larger `inputBytes`.",
	),
	JSPI_MISSING: entry(
		"REFUSED",
		"This server cannot run functions that ask GraphQL.",
		"Run apprun with the Node.js that it brings along (24 or newer).",
	),
	LOGS_TOO_LONG: entry(
		"LIMIT_EXCEEDED",
		"The function logs too much.",
		"Log less, or deploy with a larger `logLines`.",
	),
	MEMORY_EXHAUSTED: entry(
		"LIMIT_EXCEEDED",
		"The function ran out of memory.",
		"Use less, or deploy with a larger `memoryBytes`.",
	),
	MODULE_UNUSABLE: entry(
		"REFUSED",
		"The module cannot be loaded.",
		"Deploy it again: what this server accepts may have changed since it was deployed.",
	),
	OUTPUT_TOO_LARGE: entry(
		"LIMIT_EXCEEDED",
		"The function answers too much.",
		"Answer less, or deploy with a larger `outputBytes`.",
	),
	QUERY_TOO_LARGE: entry(
		"LIMIT_EXCEEDED",
		"The function sent too large a GraphQL operation.",
		"Send fewer variables at once.",
	),
	QUEUE_FULL: entry(
		"LIMIT_EXCEEDED",
		"Too many invocations of your tenant are waiting.",
		"Invoke fewer at once; those that wait are served in order.",
	),
	QUEUE_TIMEOUT: entry(
		"LIMIT_EXCEEDED",
		"The invocation waited too long for its turn.",
		"Invoke fewer at once, or make the function faster.",
	),
	REPLY_TOO_LARGE: entry(
		"LIMIT_EXCEEDED",
		"A GraphQL reply was too large for the function.",
		"Ask for fewer rows or columns at once.",
	),
	SHUTTING_DOWN: entry("REFUSED", "The server is shutting down.", "Invoke it again in a moment."),
	STACK_OVERFLOW: entry("FAILED", "The function called itself too deeply.", "Look for a recursion without an end."),
	TIME_EXCEEDED: entry("TIMEOUT", "The function ran out of time.", "Do less, or deploy with a larger `timeMs`."),
	TOO_MANY_HOST_CALLS: entry(
		"LIMIT_EXCEEDED",
		"The function asks GraphQL too often.",
		"Ask for more at once, or deploy with a larger `hostCalls`.",
	),
	TRAP: entry(
		"FAILED",
		"The function stopped with a trap.",
		"A panic, an abort or a fault: its log lines may say more.",
	),
});

/** What to do about a module that is not taken: the hint of the error that deployFunction answers with. */
export const refusalHints: Readonly<Record<RefusalReason, string>> = Object.freeze({
	NOT_A_MODULE: "Send the bytes of a .wasm file, in base64 or as an upload.",
	COMPONENT: "Build a core module, not a component: for example target wasm32-unknown-unknown or wasm32-wasip1.",
	TOO_LARGE: "Build for size: -Oz or opt-level=z, link-time optimization, no debug information.",
	TOO_MANY_EXPORTS: "Export the entry and `memory` only.",
	UNKNOWN_IMPORT:
		"A function may import from `host`, `env.abort` and `wasi_snapshot_preview1`, a SANDBOX from WASI and WASIX; see docs/functions.md.",
	START_SECTION: "Export the start function as `_initialize`; for AssemblyScript: --exportStart _initialize.",
	NO_MEMORY: "Export the memory under the name `memory`.",
	MEMORY_TOO_LARGE: "Declare less initial memory; it may grow up to the function's `memoryBytes`.",
	UNSUPPORTED_FEATURE: "Build without threads, memory64, multiple memories, garbage collection and typed references.",
	TABLE_TOO_LARGE: "Declare a smaller table.",
	NO_ENTRY: "Export `handle` and `alloc`, an export over numbers with the function's name, or `_start`.",
	DOES_NOT_COMPILE: "Check the module with a validator; the message names the byte.",
	DOES_NOT_INSTANTIATE: "Check data and table segments; the message says which one is out of bounds.",
	ADMISSION_TIMEOUT: "Build a smaller module: this one takes too long to compile.",
});
