// Modules that must not be taken, each with the reason that names what is wrong with it, and one that is good.
import { wat } from "./wat.ts";

export const add = wat(`(module (func (export "add") (param i32 i32) (result i32)
	(i32.add (local.get 0) (local.get 1))))`);
const start = `(module (memory (export "memory") 1) (func $s) (start $s) (func (export "run")))`;

export const refused: readonly (readonly [what: string, reason: string, bytes: Uint8Array, detail: RegExp])[] = [
	["nothing at all", "NOT_A_MODULE", new Uint8Array(), /./],
	["garbage", "NOT_A_MODULE", new TextEncoder().encode("this is no module"), /./],
	["a module of version 2", "NOT_A_MODULE", Uint8Array.from([0, 0x61, 0x73, 0x6d, 2, 0, 0, 0]), /./],
	["a component", "COMPONENT", Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]), /./],
	["a start section", "START_SECTION", wat(start), /./],
	["an unknown import", "UNKNOWN_IMPORT", wat(`(module (import "env" "system" (func)))`), /env\.system/],
	["an imported global", "UNKNOWN_IMPORT", wat(`(module (import "host" "log" (global i32)))`), /no function/],
	["an imported memory", "UNKNOWN_IMPORT", wat(`(module (import "env" "memory" (memory 1)))`), /./],
	["4 GiB of memory", "MEMORY_TOO_LARGE", wat(`(module (memory 65536) (func (export "run")))`), /65536/],
	["more memory than its limit", "MEMORY_TOO_LARGE", wat(`(module (memory 513) (func (export "run")))`), /./],
	["a table of 10 million", "TABLE_TOO_LARGE", wat(`(module (table 10000000 funcref) (func (export "run")))`), /./],
	["several large tables", "TABLE_TOO_LARGE", wat(`(module (table 9000 funcref) (table 9000 funcref))`), /./],
	["shared memory", "UNSUPPORTED_FEATURE", sharedMemory(), /./],
	["1,001 exports", "TOO_MANY_EXPORTS", manyExports(1001), /./],
	["no entry", "NO_ENTRY", wat(`(module (memory (export "memory") 1))`), /no function/],
	["two exports, neither of the name", "NO_ENTRY", wat(`(module (func (export "a")) (func (export "b")))`), /a, b/],
	[
		"handle of another type",
		"NO_ENTRY",
		wat(`(module (memory (export "memory") 1)
		(func (export "alloc") (param i32) (result i32) (i32.const 0)) (func (export "handle") (param i32)))`),
		/alloc/,
	],
	[
		"imports, but no exported memory",
		"NO_MEMORY",
		wat(`(module (import "host" "log" (func (param i32 i32)))
		(func (export "run")))`),
		/`memory`/,
	],
	["a body of the wrong type", "DOES_NOT_COMPILE", invalidBody(), /./],
	[
		"data out of bounds",
		"DOES_NOT_INSTANTIATE",
		wat(`(module (memory 1) (data (i32.const 70000) "x")
		(func (export "run")))`),
		/data segment 0/,
	],
];

/** (module (memory 1 1 shared) (func (export "run"))), which wabt writes only with threads on. */
function sharedMemory(): Uint8Array {
	const bytes = [...wat(`(module (memory 1 1) (func (export "run")))`)];
	bytes[bytes.indexOf(5, 8) + 3] = 3;
	return Uint8Array.from(bytes);
}

function manyExports(count: number): Uint8Array {
	const exports = Array.from({ length: count }, (_, index) => `(export "e${index}" (func $f))`);
	return wat(`(module (func $f) ${exports.join("")})`);
}

/** A function that promises an i32 and leaves none. */
function invalidBody(): Uint8Array {
	const bytes = wat(`(module (func (export "run") (result i32) (i32.const 7)))`);
	const at = bytes.findIndex((byte, index) => byte === 0x41 && bytes[index + 1] === 7);
	bytes.fill(0x01, at, at + 2);
	return bytes;
}
