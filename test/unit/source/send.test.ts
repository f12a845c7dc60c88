// The client of PostgREST against servers that misbehave as a real one cannot be made to: what it makes of them, and that
// connections are kept, counted and given up.

import type { AddressInfo } from "node:net";
import { createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { AppError } from "../../../src/error/app-error.ts";
import { createSender, type Sender } from "../../../src/source/postgrest/send.ts";

const request = { method: "GET", path: "/items?select=id", headers: { "accept-profile": "api" }, body: null } as const;
const claims = { token: "a.b.c" };
const ok = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

const closers: (() => void)[] = [];
afterEach(() => {
	for (const close of closers.splice(0)) close();
});

/** A server that hands each request, as text, to `answer`; and a sender for it. */
async function serve(answer: (socket: Socket, request: string, connection: number) => void, options = {}) {
	let connections = 0;
	const server: Server = createServer((socket) => {
		const connection = ++connections;
		socket.on("error", () => {}).on("data", (bytes) => answer(socket, String(bytes), connection));
		closers.push(() => socket.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as AddressInfo;
	const url = `http://127.0.0.1:${port}/base/`;
	const sender: Sender = createSender({ url, socketPath: null, connections: 2, timeoutMs: 10_000, ...options });
	closers.push(
		() => server.close(),
		() => void sender.close(),
	);
	return { sender, url, connections: () => connections };
}

const codeOf = (sending: Promise<unknown>) =>
	sending.then(
		() => "answered",
		(error: AppError) => error.code,
	);

describe("the client of PostgREST", () => {
	it("sends head and body as HTTP has them", async () => {
		const { sender, url } = await serve((socket, text) => socket.write(ok(text)));
		const { body } = await sender.send({ ...request, method: "POST", body: '"é"' }, claims);
		expect(body.split("\r\n")).toEqual([
			"POST /base/items?select=id HTTP/1.1",
			`host: ${new URL(url).host}`,
			"authorization: Bearer a.b.c",
			"accept-profile: api",
			"content-length: 4",
			"",
			'"é"',
		]);
	});

	it("keeps a connection, and opens no more than it may", async () => {
		const { sender, connections } = await serve((socket) => setImmediate(() => socket.write(ok("[]"))));
		await sender.send(request, claims);
		await sender.send(request, claims);
		expect(connections()).toBe(1);
		const answers = await Promise.all(Array.from({ length: 9 }, () => sender.send(request, claims)));
		expect(answers.map(({ body }) => body)).toEqual(Array.from({ length: 9 }, () => "[]"));
		expect(connections()).toBe(2);
	});

	it("gives everybody their own answer", async () => {
		const { sender } = await serve((socket, text) => socket.write(ok(text.split(" ")[1] ?? "")));
		const paths = Array.from({ length: 20 }, (_, index) => `/item${index}`);
		const answers = await Promise.all(paths.map((path) => sender.send({ ...request, path }, claims)));
		expect(answers.map(({ body }) => body)).toEqual(paths.map((path) => `/base${path}`));
	});

	it("is late when nothing comes, and does not take a later answer for another's", async () => {
		const { sender } = await serve((socket, _text, connection) => connection > 1 && socket.write(ok("second")), {
			timeoutMs: 40,
			connections: 1,
		});
		expect(await codeOf(sender.send(request, claims))).toBe("TIMEOUT");
		expect((await sender.send(request, claims)).body).toBe("second");
	});

	it.each([
		["closes without an answer", (socket: Socket) => socket.end()],
		["breaks off in the middle", (socket: Socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")],
		["resets the connection", (socket: Socket) => socket.resetAndDestroy()],
		["speaks no HTTP", (socket: Socket) => socket.write("SSH-2.0\r\n\r\n")],
	])("reports a server that %s, and goes on with a new connection", async (_name, misbehave) => {
		const { sender } = await serve((socket, _text, connection) =>
			connection === 1 ? misbehave(socket) : socket.write(ok("[]")),
		);
		expect(await codeOf(sender.send(request, claims))).toBe("UPSTREAM_UNAVAILABLE");
		expect((await sender.send(request, claims)).body).toBe("[]");
	});

	it("does not use a connection again that the server closes after its answer", async () => {
		const { sender, connections } = await serve((socket) =>
			socket.end("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"),
		);
		await sender.send(request, claims);
		await sender.send(request, claims);
		expect(connections()).toBe(2);
	});

	it("reports that nobody listens, to all who wait", async () => {
		const sender = createSender({ url: "http://127.0.0.1:1", socketPath: null, connections: 1, timeoutMs: 1000 });
		const codes = await Promise.all([1, 2, 3].map(() => codeOf(sender.send(request, claims))));
		expect(codes).toEqual(Array.from({ length: 3 }, () => "UPSTREAM_UNAVAILABLE"));
		await sender.close();
	});

	it("gives up what nobody waits for any more, under way or queued, and serves the others", async () => {
		const { sender } = await serve((socket, text) => text.includes("/wait") || socket.write(ok("[]")), {
			connections: 1,
		});
		const [underWay, queued] = [new AbortController(), new AbortController()];
		const wait = { ...request, path: "/wait" };
		const sent = [
			codeOf(sender.send(wait, claims, underWay.signal)),
			codeOf(sender.send(wait, claims, queued.signal)),
			codeOf(sender.send(request, claims, new AbortController().signal)),
		];
		queued.abort();
		underWay.abort();
		expect(await Promise.all(sent)).toEqual(["TIMEOUT", "TIMEOUT", "answered"]);
		expect(await codeOf(sender.send(request, claims, queued.signal))).toBe("TIMEOUT");
	});

	it("lets what is in flight finish when it is closed", async () => {
		const { sender } = await serve((socket) => setImmediate(() => socket.write(ok("[]"))), { connections: 1 });
		const sent = [sender.send(request, claims), sender.send(request, claims)];
		await sender.close();
		expect((await Promise.all(sent)).map(({ status }) => status)).toEqual([200, 200]);
	});

	it.each([{ path: "/items\r\nx: y" }, { headers: { a: "b\nc: d" } }])("sends no line break %o", async (forged) => {
		const { sender } = await serve((socket) => socket.write(ok("[]")));
		await expect((async () => sender.send({ ...request, ...forged }, claims))()).rejects.toMatchObject({
			code: "INTERNAL",
		});
	});
});
