// POST /dev/token signs anybody in as anybody: only for this server's own page, on this machine, in development.
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDevelopmentVerifier } from "../../../src/identity/development-jwt.ts";
import { acme, globex, makeServer, secret } from "./start-server.ts";

const development = {
	secret,
	tenants: async () => [
		{ id: acme, name: "acme" },
		{ id: globex, name: "globex" },
	],
	roles: ["owner", "reader"],
};
const { server } = makeServer({ development });
let host: string;
beforeAll(async () => {
	host = new URL((await server.listen()).url).host;
});
afterAll(() => server.close());

interface Answer {
	readonly status: number;
	readonly body: { readonly token?: string; readonly expiresAt?: number; readonly error?: string };
}

const asked = JSON.stringify({ tenantId: globex, role: "reader" });

/** Sends what a browser on our page would send, but for the changes; undefined leaves a header out. */
function ask(changes: Record<string, string | undefined> = {}, body = asked, method = "POST"): Promise<Answer> {
	const headers = {
		host,
		origin: `http://${host}`,
		"sec-fetch-site": "same-origin",
		"content-type": "application/json",
		"content-length": String(Buffer.byteLength(body)),
		...changes,
	};
	const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
	return new Promise((resolve, reject) => {
		const [hostname, port] = host.split(":");
		const outgoing = request({ hostname, port, path: "/dev/token", method, headers: sent }, async (incoming) => {
			let text = "";
			for await (const chunk of incoming) text += chunk;
			resolve({ status: incoming.statusCode ?? 0, body: JSON.parse(text) });
		});
		outgoing.on("error", reject);
		outgoing.end(body);
	});
}

test("our own page gets a token of the tenant and role that it asks for", async () => {
	const { status, body } = await ask();
	expect(status).toBe(200);
	const principal = await createDevelopmentVerifier(secret)(body.token ?? "");
	expect(principal).toMatchObject({ tenantId: globex, roles: ["reader"], expiresAt: body.expiresAt });
	const life = (body.expiresAt ?? 0) - Date.now() / 1000;
	expect(life).toBeGreaterThan(3500);
	expect(life).toBeLessThanOrEqual(3600);
});

test("a browser that sends no Sec-Fetch-Site is served", async () => {
	expect((await ask({ "sec-fetch-site": undefined })).status).toBe(200);
});

describe("is refused", () => {
	const refused: Readonly<Record<string, Record<string, string | undefined>>> = {
		"a page of another origin": { origin: "http://evil.example" },
		"a page on another port of this machine": { origin: "http://127.0.0.1:1" },
		"the same host over https": { origin: "https://HOST" },
		"a page without an origin": { origin: "null" },
		"a request without Origin": { origin: undefined },
		"a name that was pointed here (DNS rebinding)": { host: "evil.example", origin: "http://evil.example" },
		"a name that begins like ours": { host: "127.0.0.1.evil.example", origin: "http://127.0.0.1.evil.example" },
		"a name that ends like ours": { host: "evil.localhost", origin: "http://evil.localhost" },
		"another site": { "sec-fetch-site": "cross-site" },
		"another port of the site": { "sec-fetch-site": "same-site" },
		"a typed address": { "sec-fetch-site": "none" },
		"what a form may send": { "content-type": "text/plain" },
		"no media type": { "content-type": undefined },
		"a proxy on this machine": { "x-forwarded-for": "203.0.113.7" },
		"another proxy": { forwarded: "for=203.0.113.7" },
		"one more proxy": { via: "1.1 proxy" },
	};
	test.each(Object.entries(refused))("%s", async (_name, changes) => {
		const { status, body } = await ask(
			Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, value?.replace("HOST", host)])),
		);
		expect(status).toBe(403);
		expect(Object.keys(body)).toEqual(["error"]);
	});

	test("GET", async () => expect((await ask({ "content-length": "0" }, "", "GET")).status).toBe(403));

	test("a request that came over no socket of this machine", async () => {
		const headers = { origin: "http://127.0.0.1", host: "127.0.0.1", "content-type": "application/json" };
		const answer = await server.fetch(
			new Request("http://127.0.0.1/dev/token", { method: "POST", headers, body: asked }),
		);
		expect(answer.status).toBe(403);
	});
});

test.each([
	["an unknown tenant", { tenantId: "33333333-3333-4333-8333-333333333333", role: "owner" }],
	["an unknown role", { tenantId: acme, role: "apprun_owner" }],
	["a role of Object.prototype", { tenantId: acme, role: "constructor" }],
	["several roles", { tenantId: acme, role: ["owner"] }],
	["more than is asked for", { tenantId: acme, role: "owner", ttl: 1e9 }],
	["nothing", null],
])("%s: no token", async (_name, body) => {
	expect((await ask({}, JSON.stringify(body))).status).toBe(400);
});

test("a long body, or one of unknown length, is not read", async () => {
	expect((await ask({}, asked.padEnd(2000))).status).toBe(400);
	expect((await ask({ "content-length": undefined, "transfer-encoding": "chunked" })).status).toBe(400);
});

test.each([
	["in production", { production: true }],
	["where other machines can reach the server", { host: "0.0.0.0" }],
	["where other machines can reach the server over IPv6", { host: "::" }],
	["on a public address", { host: "192.0.2.1" }],
])("%s the path does not exist, and GraphiQL does not offer it", async (_name, config) => {
	const closed = makeServer({ development, config }).server;
	const headers = { origin: "http://127.0.0.1", "content-type": "application/json" };
	const token = await closed.fetch(new Request("http://127.0.0.1/dev/token", { method: "POST", headers, body: asked }));
	expect(token.status).toBe(404);
	const page = await closed.fetch(new Request("http://127.0.0.1/graphql", { headers: { accept: "text/html" } }));
	expect(await page.text()).not.toContain(acme);
});
