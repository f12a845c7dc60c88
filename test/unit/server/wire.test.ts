// What only shows on a socket: bodies that are too large in every framing, doubled and broken headers, a taken port.
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bearer, makeServer, secret } from "./start-server.ts";

const { server, observations } = makeServer({ config: { maxBodyBytes: 2000 } });
let port: number;
beforeAll(async () => {
	port = Number(new URL((await server.listen()).url).port);
});
afterAll(() => server.close());

interface RawAnswer {
	readonly status: number;
	readonly text: string;
	/** The server closed the connection by itself, soon. */
	readonly closed: boolean;
}

/** Sends bytes as they are and reads until the server closes, or for a moment after its answer. */
function send(...chunks: readonly string[]): Promise<RawAnswer> {
	return new Promise((resolve) => {
		let text = "";
		const socket = connect(port, "127.0.0.1");
		const finish = (closed: boolean) => {
			socket.destroy();
			resolve({ status: Number(text.split(" ")[1]), text, closed });
		};
		socket.on("data", (data) => {
			text += data;
			setTimeout(finish, 200, false);
		});
		socket.on("error", () => {});
		socket.on("close", () => finish(true));
		for (const chunk of chunks) socket.write(chunk);
	});
}

const body = JSON.stringify({ query: "{ whoami }" });
const post = (headers: readonly string[]) =>
	["POST /graphql HTTP/1.1", "host: a", "content-type: application/json", ...headers, "", ""].join("\r\n");
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;

test("a body that says it is too large is not read", async () => {
	const answer = await send(post(["content-length: 100000000"]), "{");
	expect(answer.status).toBe(413);
	expect(answer.text).toContain('"LIMIT_EXCEEDED"');
	expect(answer.closed).toBe(true);
});

test("a chunked body that becomes too large is not read on", async () => {
	const answer = await send(post(["transfer-encoding: chunked"]), ...Array(4).fill(chunk("x".repeat(1000))));
	expect(answer.status).toBe(413);
	expect(answer.text).toContain('"LIMIT_EXCEEDED"');
	expect(answer.closed).toBe(true);
});

test("a chunked body within the limit is answered", async () => {
	const answer = await send(post(["transfer-encoding: chunked"]), chunk(body), "0\r\n\r\n");
	expect(answer.text).toContain('{"data":{"whoami":"anonymous"}}');
	expect(answer.closed).toBe(false);
});

test("of two Authorization headers neither is believed", async () => {
	const { authorization } = await bearer();
	const twice = [`authorization: ${authorization}`, `Authorization: ${authorization}`];
	const once = await send(post([...twice.slice(1), `content-length: ${body.length}`]), body);
	expect(once.status).toBe(200);
	const answer = await send(post([...twice, `content-length: ${body.length}`]), body);
	expect(answer.status).toBe(401);
	expect(answer.text).toContain('"UNAUTHENTICATED"');
});

test("a token of 100 kB is refused, and in the form of every error", async () => {
	const answer = await send(
		post([`authorization: Bearer ${"a".repeat(100_000)}`, `content-length: ${body.length}`]),
		body,
	);
	expect(answer.status).toBe(431);
	expect(answer.text).toContain('"LIMIT_EXCEEDED"');
});

test.each(["a:99999", "[", "a b", "a/graphql?", "u:p@a"])(
	"a Host header of %s is refused without a stack",
	async (host) => {
		const answer = await send(`GET /graphql?query={whoami} HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
		expect(answer.status).toBe(400);
		expect(answer.text).not.toMatch(/TypeError|node:|\.js/);
	},
);

test("what is not HTTP is refused, and in the form of every error", async () => {
	const answer = await send("NONSENSE\r\n\r\n");
	expect(answer.status).toBe(400);
	expect(answer.text).toContain('"BAD_REQUEST"');
});

test("a taken port is an error that names it", async () => {
	const second = makeServer({ config: { port } });
	await expect(second.server.listen()).rejects.toThrow(`Port ${port} on 127.0.0.1 is taken.`);
});

test("no observation of all this holds a token or the secret", async () => {
	const { authorization } = await bearer();
	const told = JSON.stringify(observations, (_, value) => (value instanceof Error ? `${value.stack}` : value));
	expect(observations.length).toBeGreaterThan(3);
	expect(told).not.toContain(authorization?.split(".")[2] ?? "nothing");
	expect(told).not.toContain(secret);
});
