// WebAssembly text → module bytes, so that a test shows the module that it runs.
import loadWabt from "wabt";

const wabt = await loadWabt();

/** @throws Error with the line when the text is wrong */
export function wat(text: string): Uint8Array {
	const module = wabt.parseWat("test.wat", text, { exceptions: true, bulk_memory: true, multi_value: true });
	try {
		return new Uint8Array(module.toBinary({}).buffer);
	} finally {
		module.destroy();
	}
}

/**
 * A module with `alloc`, `handle`, and the host's imports. `body` is the body of `handle` with locals $ptr and $len;
 * it leaves an i64, see `pair`.
 */
export function handler(body: string, more = "", memory = "2"): Uint8Array {
	return wat(`(module
		(import "host" "log" (func $log (param i32 i32)))
		(import "host" "fail" (func $fail (param i32 i32)))
		(import "host" "graphql" (func $graphql (param i32 i32 i32 i32) (result i32)))
		(import "host" "reply" (func $reply (param i32)))
		(memory (export "memory") ${memory})
		(func (export "alloc") (param i32) (result i32) (i32.const 1024))
		${more}
		(func (export "handle") (param $ptr i32) (param $len i32) (result i64) ${body}))`);
}

/** The answer that `handle` returns: where it is and how long. */
export const pair = (pointer: string, length: string): string =>
	`(i64.or (i64.shl (i64.extend_i32_u ${pointer}) (i64.const 32)) (i64.extend_i32_u ${length}))`;

export const echo = pair("(local.get $ptr)", "(local.get $len)");
