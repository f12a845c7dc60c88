// Reads the primitives of the WebAssembly binary format; throws MalformedModule instead of reading past the end.
import type { RefusalReason } from "./protocol.ts";

/** Bytes that are not taken as a module, and why. */
export class MalformedModule extends Error {
	readonly reason: RefusalReason;

	constructor(message: string, reason: RefusalReason) {
		super(message);
		this.name = "MalformedModule";
		this.reason = reason;
	}
}

const decoder = new TextDecoder("utf-8", { fatal: true });

export class ByteReader {
	offset = 0;
	readonly bytes: Uint8Array;

	constructor(bytes: Uint8Array) {
		this.bytes = bytes;
	}

	atEnd(): boolean {
		return this.offset >= this.bytes.length;
	}

	byte(): number {
		const value = this.bytes[this.offset++];
		if (value === undefined) throw new MalformedModule("the module is cut off", "NOT_A_MODULE");
		return value;
	}

	/** LEB128, at most 5 bytes. */
	u32(): number {
		let value = 0;
		for (let shift = 0; shift < 35; shift += 7) {
			const part = this.byte();
			value += (part & 0x7f) * 2 ** shift;
			if (part < 0x80) return value;
		}
		throw new MalformedModule("a number in the module is too long", "NOT_A_MODULE");
	}

	name(): string {
		const length = this.u32();
		const end = this.offset + length;
		if (end > this.bytes.length) throw new MalformedModule("the module is cut off", "NOT_A_MODULE");
		const part = this.bytes.subarray(this.offset, end);
		this.offset = end;
		try {
			return decoder.decode(part);
		} catch {
			throw new MalformedModule("a name in the module is not UTF-8", "NOT_A_MODULE");
		}
	}

	/** A counted vector; every item takes at least a byte, so a lying count ends at the end of the module. */
	each(item: () => unknown): void {
		for (let left = this.u32(); left > 0; left--) item();
	}

	/** `\0asm` and version 1; layer 1 of the version word marks a component. */
	preamble(): void {
		const magic = [0x00, 0x61, 0x73, 0x6d];
		if (this.bytes.length < 8 || magic.some((value, index) => this.bytes[index] !== value))
			throw new MalformedModule("the file does not start with \\0asm", "NOT_A_MODULE");
		if (this.bytes[6] === 1 && this.bytes[7] === 0)
			throw new MalformedModule("it is a component, not a core module", "COMPONENT");
		if (this.bytes[4] !== 1 || this.bytes[5] !== 0 || this.bytes[6] !== 0 || this.bytes[7] !== 0)
			throw new MalformedModule("its version is not 1", "NOT_A_MODULE");
		this.offset = 8;
	}
}
