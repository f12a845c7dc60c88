// WebAssembly text → module bytes, so that a test shows the module that it runs.
import loadWabt from "wabt";

const wabt = await loadWabt();

const features = { exceptions: true, bulk_memory: true, multi_value: true, threads: true };

/** @throws Error with the line when the text is wrong */
export function wat(text: string): Uint8Array {
	const module = wabt.parseWat("test.wat", text, features);
	try {
		return new Uint8Array(module.toBinary({}).buffer);
	} finally {
		module.destroy();
	}
}

const hostImports = {
	log: "(param i32 i32)",
	fail: "(param i32 i32)",
	graphql: "(param i32 i32 i32 i32) (result i32)",
	reply: "(param i32)",
} as const;

type HostImport = keyof typeof hostImports;

/**
 * A module with `alloc`, `handle`, and the host's imports: all of them unless some are named. `body` is the body of `handle`
 * with locals $ptr and $len; it leaves an i64, see `pair`.
 */
export function handler(
	body: string,
	more = "",
	memory = "2",
	imports: readonly HostImport[] = ["log", "fail", "graphql", "reply"],
): Uint8Array {
	return wat(`(module
		${imports.map((name) => `(import "host" "${name}" (func $${name} ${hostImports[name]}))`).join("\n")}
		(memory (export "memory") ${memory})
		(func (export "alloc") (param i32) (result i32) (i32.const 1024))
		${more}
		(func (export "handle") (param $ptr i32) (param $len i32) (result i64) ${body}))`);
}

/** The answer that `handle` returns: where it is and how long. */
export const pair = (pointer: string, length: string): string =>
	`(i64.or (i64.shl (i64.extend_i32_u ${pointer}) (i64.const 32)) (i64.extend_i32_u ${length}))`;

export const echo = pair("(local.get $ptr)", "(local.get $len)");
