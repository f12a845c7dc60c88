// Everything that can be wrong with a request: each has a code of the catalogue, a hint, and the status that
// GraphQL-over-HTTP gives it, for both media types.
import { describe, expect, test } from "vitest";
import type { errorCatalogue } from "../../../src/error/catalogue.ts";
import { makeServer, read } from "./start-server.ts";

const { server, post } = makeServer();
const url = "http://apprun/graphql";
const get = (parameters: Record<string, string>) => (accept: string) =>
	server.fetch(new Request(`${url}?${new URLSearchParams(parameters)}`, { headers: { accept } }));
const method = (name: string) => (accept: string) =>
	server.fetch(new Request(url, { method: name, headers: { accept, origin: "http://evil" } }));
const typed =
	(contentType: string, body = '{"query":"{ whoami }"}') =>
	(accept: string) =>
		server.fetch(new Request(url, { method: "POST", headers: { accept, "content-type": contentType }, body }));

interface Case {
	readonly send: (accept: string) => Promise<Response>;
	readonly code: keyof typeof errorCatalogue;
	/** Status for application/graphql-response+json and for application/json. */
	readonly statuses: readonly [number, number];
}

const say = (body: unknown) => (accept: string) => post(body, { accept });

const cases: Readonly<Record<string, Case>> = {
	"not GraphQL": { send: say({ query: "{ whoami" }), code: "GRAPHQL_PARSE_FAILED", statuses: [400, 200] },
	"an empty document": { send: say({ query: "" }), code: "GRAPHQL_PARSE_FAILED", statuses: [400, 200] },
	"an unknown field": { send: say({ query: "{ nothing }" }), code: "GRAPHQL_VALIDATION_FAILED", statuses: [400, 200] },
	"a literal of the wrong type": {
		send: say({ query: '{ echo(number: "1") }' }),
		code: "GRAPHQL_VALIDATION_FAILED",
		statuses: [400, 200],
	},
	"a variable of the wrong type": {
		send: say({ query: "query ($n: Int) { echo(number: $n) }", variables: { n: "1" } }),
		code: "BAD_USER_INPUT",
		statuses: [400, 200],
	},
	"a required variable that is missing": {
		send: say({ query: "query ($ms: Int!) { slow(ms: $ms) }" }),
		code: "BAD_USER_INPUT",
		statuses: [400, 200],
	},
	"an unknown enum value in a variable": {
		send: say({ query: "query ($c: Color) { echo(color: $c) }", variables: { c: "BLUE" } }),
		code: "BAD_USER_INPUT",
		statuses: [400, 200],
	},
	"which operation?": {
		send: say({ query: "query A { whoami } query B { whoami }" }),
		code: "BAD_REQUEST",
		statuses: [400, 400],
	},
	"an operation that is not there": {
		send: say({ query: "query A { whoami }", operationName: "B" }),
		code: "BAD_REQUEST",
		statuses: [400, 400],
	},
	"a subscription": { send: say({ query: "subscription { whoami }" }), code: "BAD_REQUEST", statuses: [400, 400] },
	"bad JSON": { send: say("{"), code: "BAD_REQUEST", statuses: [400, 400] },
	"no body": { send: say(""), code: "BAD_REQUEST", statuses: [400, 400] },
	"JSON that is no object": { send: say("1"), code: "BAD_REQUEST", statuses: [400, 400] },
	"JSON null": { send: say("null"), code: "BAD_REQUEST", statuses: [400, 400] },
	"no query": { send: say({}), code: "BAD_REQUEST", statuses: [400, 400] },
	"a query that is no string": { send: say({ query: { whoami: true } }), code: "BAD_REQUEST", statuses: [400, 400] },
	"variables that are no object": {
		send: say({ query: "{ whoami }", variables: "[]" }),
		code: "BAD_REQUEST",
		statuses: [400, 400],
	},
	"variables that are a list": {
		send: say({ query: "{ whoami }", variables: [] }),
		code: "BAD_REQUEST",
		statuses: [400, 400],
	},
	"a member that nobody knows": {
		send: say({ query: "{ whoami }", quarry: "" }),
		code: "BAD_REQUEST",
		statuses: [400, 400],
	},
	"an empty batch": { send: say([]), code: "BAD_REQUEST", statuses: [400, 400] },
	"a batch of eleven": {
		send: say(Array.from({ length: 11 }, () => ({ query: "{ whoami }" }))),
		code: "LIMIT_EXCEEDED",
		statuses: [413, 413],
	},
	"a large body": {
		send: say({ query: `{ whoami } ${"#".repeat(2000)}` }),
		code: "LIMIT_EXCEEDED",
		statuses: [413, 413],
	},
	"a bad token": {
		send: (accept) => post({ query: "{ whoami }" }, { accept, authorization: "Bearer a.b.c" }),
		code: "UNAUTHENTICATED",
		statuses: [401, 401],
	},
	"GET without a query": { send: get({}), code: "BAD_REQUEST", statuses: [400, 400] },
	"GET with bad variables": {
		send: get({ query: "{ whoami }", variables: "{" }),
		code: "BAD_REQUEST",
		statuses: [400, 400],
	},
	"GET of a mutation": {
		send: get({ query: "mutation { write }" }),
		code: "BAD_REQUEST",
		statuses: [405, 405],
	},
	PUT: {
		send: method("PUT"),
		code: "BAD_REQUEST",
		statuses: [405, 405],
	},
	"OPTIONS from another origin": {
		send: method("OPTIONS"),
		code: "BAD_REQUEST",
		statuses: [405, 405],
	},
	"a form": {
		send: typed("application/x-www-form-urlencoded", "query={whoami}"),
		code: "BAD_REQUEST",
		statuses: [415, 415],
	},
	"an upload": { send: typed("multipart/form-data; boundary=x"), code: "BAD_REQUEST", statuses: [415, 415] },
	"plain text": { send: typed("text/plain"), code: "BAD_REQUEST", statuses: [415, 415] },
	"a media type that hides JSON": {
		send: typed("text/plain; application/json"),
		code: "BAD_REQUEST",
		statuses: [415, 415],
	},
};

describe.each(Object.entries(cases))("%s", (_name, { send, code, statuses }) => {
	test.each([
		["application/graphql-response+json", statuses[0]],
		["application/json", statuses[1]],
	])("accepting %s: %i", async (accept, status) => {
		const answer = await read(await send(accept));
		expect(answer.body).toEqual({ errors: [expect.anything()] });
		const [error] = answer.body.errors ?? [];
		expect(error?.extensions.code).toBe(code);
		expect(error?.extensions.hint.length).toBeGreaterThan(10);
		expect(Object.keys(error?.extensions ?? {})).toEqual(["code", "hint"]);
		expect(answer.status).toBe(status);
		expect(answer.text).not.toMatch(/\.(ts|js):|node_modules/);
	});
});

test("nobody is offered an answer in a form that we do not have, and nothing is run for them", async () => {
	let runs = 0;
	const { post } = makeServer({
		claimsFor: async () => {
			runs++;
			return { token: "" };
		},
	});
	for (const accept of ["image/png", "application/json;charset=latin1", "text/html"]) {
		const answer = await read(await post({ query: "mutation { write }" }, { accept }));
		expect(answer.status, accept).toBe(406);
		expect(answer.body.errors?.[0]?.extensions.code).toBe("BAD_REQUEST");
	}
	expect(runs).toBe(0);
});

test("a bad token is refused before the body is looked at", async () => {
	const answer = await read(await post("{ this is no JSON", { authorization: "Bearer a.b.c" }));
	expect(answer.body.errors?.map(({ extensions }) => extensions.code)).toEqual(["UNAUTHENTICATED"]);
});

test("the allowed methods are named", async () => {
	expect((await get({ query: "mutation { write }" })("*/*")).headers.get("allow")).toBe("POST");
	expect((await method("DELETE")("*/*")).headers.get("allow")).toBe("GET, POST");
});

test("no other origin is invited", async () => {
	const answer = await post({ query: "{ whoami }" }, { origin: "http://evil" });
	expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
});
