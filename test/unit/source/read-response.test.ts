// Responses are the same wherever the network cuts them, and what is no HTTP is refused rather than guessed at.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	headerOf,
	ProtocolError,
	type ReadResponse,
	ResponseReader,
} from "../../../src/source/postgrest/read-response.ts";

const chunked = (...chunks: string[]) => [
	"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Range: 0-1/*\r\n\r\n",
	...chunks.map((chunk) => `${Buffer.byteLength(chunk).toString(16)}\r\n${chunk}\r\n`),
	"0\r\n\r\n",
];

/** Pushes the bytes cut at these places, and gives the response that came out, and after how many pieces. */
function readCut(bytes: Buffer, cuts: readonly number[]): ReadResponse | null {
	const reader = new ResponseReader();
	const places = [
		0,
		...[...new Set(cuts.map((cut) => cut % bytes.length))].sort((one, other) => one - other),
		bytes.length,
	];
	let found: ReadResponse | null = null;
	for (const [index, end] of places.entries()) {
		if (index === 0 || end === places[index - 1]) continue;
		expect(found, "complete before its end").toBeNull();
		found = reader.push(bytes.subarray(places[index - 1], end));
	}
	return found;
}

const read = (text: string): ReadResponse | null => new ResponseReader().push(Buffer.from(text));

describe("a response", () => {
	it("is the same wherever it is cut", () => {
		const body = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 });
		fc.assert(
			fc.property(fc.array(body, { maxLength: 4 }), fc.array(fc.nat(), { maxLength: 6 }), (chunks, cuts) => {
				const response = readCut(Buffer.from(chunked(...chunks).join("")), cuts);
				expect(response).toMatchObject({ status: 200, body: chunks.join(""), reusable: true });
			}),
		);
	});

	it("is read byte by byte", () => {
		const bytes = Buffer.from("HTTP/1.1 201 Created\r\ncontent-length: 5\r\n\r\nh€y");
		expect(readCut(bytes, [...bytes.keys()])).toMatchObject({ status: 201, body: "h€y", reusable: true });
	});

	it("may follow another on its connection", () => {
		const reader = new ResponseReader();
		expect(reader.push(Buffer.from(chunked("one").join("")))?.body).toBe("one");
		expect(reader.push(Buffer.from("HTTP/1.1 204 No Content\r\n\r\n"))).toMatchObject({ status: 204, body: "" });
		expect(reader.push(Buffer.from(chunked("two").join("")))?.body).toBe("two");
	});

	it("shows its headers", () => {
		const { head = "" } = read(chunked("[]").join("")) ?? {};
		expect(headerOf(head, "content-range")).toBe("0-1/*");
		expect(headerOf(head, "content-length")).toBeNull();
	});

	it.each([
		[
			"extensions and trailers",
			"HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n2;a=b\r\nok\r\n0\r\nx: y\r\n\r\n",
			"ok",
		],
		["an interim response", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "ok"],
		["no reason phrase", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", ""],
	])("may have %s", (_name, text, body) => {
		expect(read(text)).toMatchObject({ body, reusable: true });
	});

	it("without a length ends with its connection", () => {
		const reader = new ResponseReader();
		expect(reader.push(Buffer.from("HTTP/1.1 200 OK\r\n\r\nha"))).toBeNull();
		expect(reader.push(Buffer.from("lf"))).toBeNull();
		expect(reader.end()).toMatchObject({ body: "half", reusable: false });
	});

	it("that is cut off is none", () => {
		const reader = new ResponseReader();
		expect(reader.push(Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"))).toBeNull();
		expect(reader.end()).toBeNull();
	});

	it.each([
		["says so", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"],
		["is of HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"],
		["is followed by what nobody asked for", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"],
	])("ends its connection when it %s", (_name, text) => {
		expect(read(text)?.reusable).toBe(false);
	});

	it.each([
		["no status line", "hello\r\n\r\n"],
		["another protocol", "HTTP/2 200\r\n\r\n"],
		["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
		["an unknown coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"],
		["a length that is none", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"],
		["a chunk without size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n"],
		["a chunk longer than its size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n"],
		["an endless head", `HTTP/1.1 200 OK\r\n${"x".repeat(70_000)}`],
	])("with %s is refused", (_name, text) => {
		expect(() => read(text)).toThrow(ProtocolError);
	});
});
