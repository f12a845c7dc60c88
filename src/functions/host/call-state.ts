// What one call has done so far: its guest's memory, logs, output and end. Imports write here; the first end is the one
// that counts, even if a guest catches the exception that carries it.
import type { Ending, HostFailureCode, HostLimits } from "./protocol.ts";

/** Thrown through the guest to end its call; the reason is in CallState.ending. */
export class EndOfCall extends Error {}

/** Longest log line; a longer one is cut. */
const lineBytes = 2048;
const strict = new TextDecoder("utf-8", { fatal: true });
const lenient = new TextDecoder();

export class CallState {
	readonly limits: HostLimits;
	readonly logs: string[] = [];
	ending: Ending | null = null;
	memory: WebAssembly.Memory | null = null;
	/** Reply of the last host call that the guest has not taken yet. */
	reply: Uint8Array = new Uint8Array();
	#output: Uint8Array[] = [];
	#outputBytes = 0;
	#line = "";

	constructor(limits: HostLimits) {
		this.limits = limits;
	}

	/** Ends the call as failed. @throws EndOfCall always */
	fail(code: HostFailureCode, detail: string): never {
		this.ending ??= { kind: "failure", code, detail };
		throw new EndOfCall();
	}

	/** Ends the call with what it wrote. @throws EndOfCall always */
	finish(): never {
		this.ending ??= this.outputEnding();
		throw new EndOfCall();
	}

	/** A view of guest memory, valid until the guest runs again. @throws EndOfCall outside of the memory */
	slice(pointer: number, length: number): Uint8Array {
		const start = pointer >>> 0;
		const size = length >>> 0;
		const buffer = this.memory?.buffer;
		if (buffer === undefined || start + size > buffer.byteLength)
			this.fail("BAD_POINTER", `${size} bytes at ${start} are outside of the function's memory`);
		return new Uint8Array(buffer, start, size);
	}

	view(): DataView {
		if (this.memory === null) this.fail("BAD_POINTER", "the function has no memory");
		return new DataView(this.memory.buffer);
	}

	/** Guest text. @throws EndOfCall when it is no UTF-8 */
	text(pointer: number, length: number, what: string): string {
		try {
			return strict.decode(this.slice(pointer, length));
		} catch (error) {
			if (error instanceof EndOfCall) throw error;
			return this.fail("BAD_OUTPUT", `${what} is not UTF-8`);
		}
	}

	log(line: string): void {
		if (this.logs.length >= this.limits.logLines)
			this.fail("LOGS_TOO_LONG", `it wrote more than ${this.limits.logLines} lines`);
		this.logs.push(line.length > lineBytes ? `${line.slice(0, lineBytes)} …` : line);
	}

	/** Standard error: lines of the log. */
	writeLog(bytes: Uint8Array): void {
		this.#line += lenient.decode(bytes);
		const lines = this.#line.split("\n");
		this.#line = (lines.pop() ?? "").slice(0, lineBytes);
		for (const line of lines) this.log(line);
	}

	flushLog(): void {
		if (this.#line !== "" && this.logs.length < this.limits.logLines) this.logs.push(this.#line);
		this.#line = "";
	}

	writeOutput(bytes: Uint8Array): void {
		this.#outputBytes += bytes.length;
		this.checkOutput(this.#outputBytes);
		this.#output.push(bytes.slice());
	}

	checkOutput(bytes: number): void {
		if (bytes > this.limits.outputBytes)
			this.fail("OUTPUT_TOO_LARGE", `it answered more than ${this.limits.outputBytes} bytes`);
	}

	outputEnding(): Ending {
		return jsonEnding(Buffer.concat(this.#output));
	}
}

/** Deepest nesting of an answer; deeper ones overflow stacks elsewhere. */
const deepest = 100;

/** The answer of a guest as an ending: a failure unless it is JSON in UTF-8. Nothing at all counts as null. */
export function jsonEnding(bytes: Uint8Array): Ending {
	const bad = (detail: string): Ending => ({ kind: "failure", code: "BAD_OUTPUT", detail });
	let text: string;
	try {
		text = strict.decode(bytes);
	} catch {
		return bad("the answer is not UTF-8");
	}
	if (text.trim() === "") return { kind: "output", text: "null" };
	if (depth(bytes) > deepest) return bad(`the answer is nested deeper than ${deepest}`);
	try {
		JSON.parse(text);
	} catch (error) {
		return bad(`the answer is not JSON: ${error instanceof Error ? error.message : ""}`);
	}
	return { kind: "output", text };
}

/** Deepest nesting of brackets, those in strings left out. */
function depth(bytes: Uint8Array): number {
	let now = 0;
	let most = 0;
	let quoted = false;
	for (let index = 0; index < bytes.length; index++) {
		const byte = bytes[index];
		if (quoted) {
			if (byte === 0x5c) index++;
			else if (byte === 0x22) quoted = false;
		} else if (byte === 0x22) quoted = true;
		else if (byte === 0x5b || byte === 0x7b) most = Math.max(most, ++now);
		else if (byte === 0x5d || byte === 0x7d) now--;
	}
	return most;
}
