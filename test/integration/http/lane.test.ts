// The lane in front of Yoga differs from Yoga in nothing that a client can see: every query of test/queries, and every
// kind of error, is sent both ways over a socket, and status, headers in their order and spelling, and bytes are compared.
import { readdirSync, readFileSync } from "node:fs";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createServer } from "../../../src/server/create-server.ts";
import { type Caller, type DemoTenant, type OpenApp, openApp, tokenFor } from "../../support/open-app.ts";

const folder = new URL("../../queries/", import.meta.url);
const owner = { tenant: "acme", role: "owner" } as const;

let app: OpenApp;
let url: string;

beforeAll(async () => {
	app = await openApp({ config: { port: 0 } });
	url = (await app.listen()).url;
});

afterAll(async () => {
	await app.close();
});

interface Exchange {
	readonly status: number | undefined;
	/** Names and values as they came, without what changes from request to request. */
	readonly headers: readonly string[];
	readonly body: string;
}

interface Sent {
	readonly as?: Caller;
	readonly token?: string;
	readonly body: unknown;
	readonly accept?: string;
	readonly headers?: Readonly<Record<string, string>>;
}

async function send({ as = owner, token, body, accept = "*/*", headers = {} }: Sent): Promise<Exchange> {
	const credential = token ?? (await tokenFor(as));
	const response = await new Promise<IncomingMessage>((resolve, reject) => {
		const outgoing = httpRequest(url, {
			method: "POST",
			headers: {
				"content-type": "application/json",
				accept,
				"x-request-id": "the-same-each-time",
				...(credential === null ? {} : { authorization: `Bearer ${credential}` }),
				...headers,
			},
		});
		outgoing.on("response", resolve).on("error", reject);
		const text = typeof body === "string" ? body : JSON.stringify(body);
		outgoing.setHeader("content-length", Buffer.byteLength(text));
		outgoing.end(text);
	});
	const chunks: Buffer[] = [];
	for await (const chunk of response) chunks.push(chunk as Buffer);
	const raw = response.rawHeaders;
	const pairs = raw.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${raw[index + 1]}`] : []));
	return {
		status: response.statusCode,
		headers: pairs.filter((pair) => !/^date:/i.test(pair)),
		body: Buffer.concat(chunks).toString("utf8"),
	};
}

/** A cookie keeps a request out of the lane. */
const throughYoga = (sent: Sent) => send({ ...sent, headers: { ...sent.headers, cookie: "any=thing" } });

/** The first time a text is unknown, so it goes to Yoga; the second time the lane knows it. */
async function throughLane(sent: Sent): Promise<Exchange> {
	await send(sent);
	return await send(sent);
}

const queries = readdirSync(folder)
	.filter((file) => file.endsWith(".graphql"))
	.sort()
	.map((file) => ({ file, query: readFileSync(new URL(file, folder), "utf8") }));

const accepts = [
	"*/*",
	"application/json",
	"application/json, */*",
	"application/graphql-response+json",
	"application/graphql-response+json, application/json",
	"application/graphql-response+json,application/json;q=0.9",
];

describe.each(queries)("$file", ({ query }) => {
	const [, tenant, role] = /^# as: (\w+)(?: (\w+))?$/m.exec(query) ?? [];
	const as: Caller = tenant === "anonymous" ? null : { tenant: tenant as DemoTenant, role: role ?? "owner" };
	const [, variables = "{}"] = /^# variables: (.*)$/m.exec(query) ?? [];
	const body = { query, variables: JSON.parse(variables) as Record<string, unknown> };

	test.each(accepts)("alike for Accept: %s", async (accept) => {
		expect(await throughLane({ as, body, accept })).toEqual(await throughYoga({ as, body, accept }));
	});
});

const list = "{ products(limit: 1) { name } }";
const two = "query A { products(limit: 1) { name } } query B { tags(limit: 1) { name } }";
const byId = "query ($id: UUID!) { product(id: $id) { name } }";

const cases: readonly (readonly [string, Sent])[] = [
	["an unknown token", { token: "x.y.z", body: { query: list } }],
	["nobody", { as: null, body: { query: list } }],
	["__typename alone", { as: null, body: { query: "{ __typename }" } }],
	["introspection", { as: null, body: { query: "{ __schema { queryType { name } } }" } }],
	["an operation by name", { body: { query: two, operationName: "B" } }],
	["several operations and no name", { body: { query: two } }],
	["an operation that is not there", { body: { query: two, operationName: "C" } }],
	["an empty operation name", { body: { query: list, operationName: "" } }],
	["variables that are null", { body: { query: list, variables: null } }],
	["variables that are a list", { body: { query: list, variables: [] } }],
	["variables that are text", { body: { query: list, variables: "{}" } }],
	["a variable that is missing", { body: { query: byId } }],
	["a variable of another type", { body: { query: byId, variables: { id: 7 } } }],
	["a variable too many", { body: { query: list, variables: { unknown: 1 } } }],
	["a key that is not known", { body: { query: list, surprise: true } }],
	["extensions", { body: { query: list, extensions: { persistedQuery: { version: 1 } } } }],
	["a batch", { body: [{ query: list }, { query: list }] }],
	["no query", { body: { variables: {} } }],
	["a query that is no text", { body: { query: 1 } }],
	["JSON that is broken", { body: `{"query": "{ products` }],
	["JSON that is null", { body: "null" }],
	["an empty body", { body: "" }],
	["a syntax error", { body: { query: "{ products( }" } }],
	["a subscription", { body: { query: "subscription { products { id } }" } }],
	["a limit that is exceeded", { body: { query: "{ products(limit: 99999) { id } }" } }],
	["a body of 100 kB", { body: { query: `${list} #${"x".repeat(100_000)}` } }],
	["another charset", { body: { query: list }, headers: { "content-type": "application/json; charset=latin1" } }],
	["a body that is no JSON", { body: { query: list }, headers: { "content-type": "text/plain" } }],
	["an Accept header that nothing fits", { body: { query: list }, accept: "image/png" }],
	["an Accept header for events", { body: { query: list }, accept: "text/event-stream" }],
	["text beyond ASCII", { body: { query: `{ products(where: { name: { eq: "🧶é" } }) { name } }` } }],
];

describe.each(cases)("%s", (_name, sent) => {
	test("alike", async () => {
		expect(await throughLane(sent)).toEqual(await throughYoga(sent));
	});
});

test("the lane is really taken, and by these requests only", async () => {
	const taken: string[] = [];
	// The lane asks `known` for every body that it reads; Yoga never does.
	const { server, port } = await laneSpy((text) => taken.push(text));
	const post = (headers: Record<string, string>, body: string) =>
		fetch(`http://127.0.0.1:${port}/graphql`, { method: "POST", headers, body });
	const json = { "content-type": "application/json" };
	await post(json, '{"query":"{ a }"}');
	await post({ ...json, cookie: "a=b" }, '{"query":"{ b }"}');
	await post({ "content-type": "text/plain" }, '{"query":"{ c }"}');
	await post({ ...json, "idempotency-key": "1" }, '{"query":"{ d }"}');
	await server.close();
	expect(taken).toEqual(["{ a }"]);
});

async function laneSpy(onKnown: (text: string) => void) {
	const { operations } = await import("../../unit/server/start-server.ts");
	const server = createServer({
		config: {
			host: "127.0.0.1",
			port: 0,
			maxBodyBytes: 10_000,
			production: false,
			publicUrl: null,
			shutdownTimeoutMs: 1000,
		},
		operations: {
			...operations,
			known: (text) => {
				onKnown(text);
				return null;
			},
		},
		identify: async () => ({ kind: "anonymous" }),
		claimsFor: async () => ({ token: "" }),
		runOnce: async (_request, run) => await run(),
		health: async () => [],
		observe: () => {},
		development: null,
		auth: null,
	});
	const { url: address } = await server.listen();
	return { server, port: new URL(address).port };
}
