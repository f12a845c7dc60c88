// Bytes of a connection → HTTP/1.1 responses, one at a time. Takes chunks as they come, cut anywhere; gives a response once
// it is whole; throws on what is no HTTP, after which the connection is of no use. Source: RFC 9112, sections 4 to 7.
import type { UpstreamResponse } from "./decode.ts";

/** A response and what it says about its connection. */
export interface ReadResponse extends UpstreamResponse {
	/** The server will answer another request on this connection. */
	readonly reusable: boolean;
}

/** What was sent is no HTTP response. */
export class ProtocolError extends Error {
	override readonly name = "ProtocolError";
}

/** Longest head, in bytes. PostgREST's are below one kilobyte, and longer ones are somebody else's mistake. */
const maxHeadBytes = 65_536;
const maxSizeDigits = 13;
const empty: Buffer = Buffer.alloc(0);

/** A response's head, as far as reading its body needs it. */
interface Head {
	readonly status: number;
	readonly text: string;
	/** Length of the body: so many bytes, in chunks, or until the connection ends. */
	readonly framing: number | "chunked" | "end";
	readonly reusable: boolean;
}

/** Reads the responses of one connection. */
export class ResponseReader {
	/** What has come and is not read yet: `#rest` first, then what waits until there is enough of it. */
	#rest = empty;
	#waiting: Buffer[] = [];
	#waitingLength = 0;
	/** With fewer bytes than this there is nothing to do: a long body is put together once, not with each chunk. */
	#needed = 0;
	#head: Head | null = null;
	#parts: Buffer[] = [];

	/** Takes the next bytes. @returns the response, once they complete it. @throws ProtocolError */
	push(bytes: Buffer): ReadResponse | null {
		this.#waiting.push(bytes);
		this.#waitingLength += bytes.length;
		if (this.#rest.length + this.#waitingLength < this.#needed) return null;
		this.#rest =
			this.#rest.length === 0 && this.#waiting.length === 1 ? bytes : Buffer.concat([this.#rest, ...this.#waiting]);
		this.#waiting = [];
		this.#waitingLength = 0;
		this.#needed = 0;
		while (this.#head === null) {
			const head = this.#takeHead();
			if (head === null) return null;
			// 100 and 103 are word of a response that is still to come.
			if (head.status >= 200) this.#head = head;
		}
		return this.#isWhole(this.#head) ? this.#finish(this.#head) : null;
	}

	/** The connection has ended. @returns the response that this completes; null when there is none. @throws ProtocolError */
	end(): ReadResponse | null {
		if (this.#head?.framing !== "end") return null;
		this.#parts.push(this.#takeRest());
		return this.#finish(this.#head);
	}

	#takeHead(): Head | null {
		const end = this.#rest.indexOf("\r\n\r\n");
		if (end > maxHeadBytes || (end === -1 && this.#rest.length > maxHeadBytes))
			throw new ProtocolError("the head of the response is too long");
		if (end === -1) return null;
		const text = this.#rest.toString("latin1", 0, end + 2);
		this.#rest = this.#rest.subarray(end + 4);
		return readHead(text);
	}

	#isWhole({ framing }: Head): boolean {
		if (framing === "chunked") return this.#takeChunks();
		if (framing === "end") {
			this.#parts.push(this.#takeRest());
			return false;
		}
		if (this.#lacks(framing)) return false;
		this.#parts.push(this.#rest.subarray(0, framing));
		this.#rest = this.#rest.subarray(framing);
		return true;
	}

	/** Takes whole chunks only: PostgREST sends a body as one, which is then passed on without being copied. */
	#takeChunks(): boolean {
		for (;;) {
			const lineEnd = this.#rest.indexOf("\r\n");
			if (lineEnd === -1) return false;
			const size = readSize(this.#rest.toString("latin1", 0, lineEnd));
			if (size === 0) return this.#takeTrailer(lineEnd);
			const start = lineEnd + 2;
			if (this.#lacks(start + size + 2)) return false;
			if (this.#rest[start + size] !== 13 || this.#rest[start + size + 1] !== 10)
				throw new ProtocolError("a chunk does not end where it should");
			this.#parts.push(this.#rest.subarray(start, start + size));
			this.#rest = this.#rest.subarray(start + size + 2);
		}
	}

	/** Behind the last chunk: header lines that nobody needs, then an empty one. */
	#takeTrailer(lineEnd: number): boolean {
		const end = this.#rest.indexOf("\r\n\r\n", lineEnd);
		if (end === -1) return false;
		this.#rest = this.#rest.subarray(end + 4);
		return true;
	}

	#lacks(length: number): boolean {
		if (this.#rest.length >= length) return false;
		this.#needed = length;
		return true;
	}

	#takeRest(): Buffer {
		const rest = this.#rest;
		this.#rest = empty;
		return rest;
	}

	#finish({ status, text, reusable }: Head): ReadResponse {
		const [only = empty, ...more] = this.#parts;
		const body = more.length === 0 ? only : Buffer.concat(this.#parts);
		this.#head = null;
		this.#parts = [];
		// Bytes that nobody asked for would be taken for the answer to the next request.
		const clean = this.#rest.length === 0;
		return { status, head: text, body: body.toString("utf8"), reusable: reusable && clean };
	}
}

const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [^\r\n]*)?\r\n/;

function readHead(text: string): Head {
	const [, minor, digits] = statusLine.exec(text) ?? [];
	if (digits === undefined) throw new ProtocolError("the response does not begin as HTTP/1.1 does");
	const status = Number(digits);
	const connection = headerOf(text, "connection")?.toLowerCase() ?? (minor === "1" ? "keep-alive" : "close");
	const framing = framingOf(status, text);
	return { status, text, framing, reusable: framing !== "end" && !connection.includes("close") };
}

/** RFC 9112, section 6.3. */
function framingOf(status: number, head: string): Head["framing"] {
	if (status < 200 || status === 204 || status === 304) return 0;
	const coding = headerOf(head, "transfer-encoding");
	const length = headerOf(head, "content-length");
	if (coding !== null) {
		if (coding.toLowerCase() !== "chunked" || length !== null)
			throw new ProtocolError("the response's length is told in a way that is not known");
		return "chunked";
	}
	if (length === null) return "end";
	if (!/^\d+$/.test(length) || length.length > maxSizeDigits)
		throw new ProtocolError("the response's length is no number");
	return Number(length);
}

/** The size at the start of a chunk; extensions behind it mean nothing to us. */
function readSize(line: string): number {
	const [size = ""] = line.split(";", 1);
	if (!/^[\da-f]+[ \t]*$/i.test(size) || size.length > maxSizeDigits)
		throw new ProtocolError("a chunk does not begin with its size");
	return Number.parseInt(size, 16);
}

const patterns = new Map<string, RegExp>();

/** Value of a header in a head; null: it is not there. @param name in lower case, letters and dashes */
export function headerOf(head: string, name: string): string | null {
	const known = patterns.get(name);
	const pattern = known ?? new RegExp(`\\r\\n${name}:[ \\t]*([^\\r\\n]*)`, "i");
	if (known === undefined) patterns.set(name, pattern);
	return pattern.exec(head)?.[1]?.trimEnd() ?? null;
}
