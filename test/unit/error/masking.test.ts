// What fails inside never shows outside: not its text, not its stack, not its extensions. The log gets all of it.
import { describe, expect, test } from "vitest";
import { makeServer, operations, read } from "../server/start-server.ts";

const internal = {
	message: "Something went wrong on our side.",
	locations: [{ line: 1, column: 3 }],
	path: ["fail"],
	extensions: {
		code: "INTERNAL",
		hint: "The log holds the details under the request id.",
		requestId: "night-shift",
	},
};

const secrets = /ECONNREFUSED|secret\.sock|select \*|api\.products|stolen|thrown string|node_modules|\bat \S+ \(|\.ts:/;

describe.each(["plain", "graphql", "forged", "string"])("a resolver that throws a %s error", (how) => {
	test("answers INTERNAL and logs the cause", async () => {
		const { post, observations } = makeServer();
		const answer = await read(await post({ query: `{ fail(how: "${how}") }` }, { "x-request-id": "night-shift" }));
		expect(answer.body).toEqual({ errors: [internal], data: { fail: null } });
		expect(answer.text).not.toMatch(secrets);
		const [logged] = observations.filter(({ kind }) => kind === "request.error");
		expect(logged).toMatchObject({ requestId: "night-shift", code: "INTERNAL", cause: expect.any(Error) });
		expect(JSON.stringify(logged, (_, value) => (value instanceof Error ? `${value} ${value.cause}` : value))).toMatch(
			secrets,
		);
	});
});

test("an error thrown on purpose is shown with what it carries; its cause is not", async () => {
	const { post, observations } = makeServer();
	const conflict = await read(await post({ query: '{ fail(how: "conflict") }' }));
	expect(conflict.body.errors?.[0]).toMatchObject({
		message: "The write collides with what is stored.",
		path: ["fail"],
		extensions: { code: "CONFLICT", hint: "Read the current row and decide again.", columns: ["sku"] },
	});
	const upstream = await read(await post({ query: '{ fail(how: "upstream") }' }));
	expect(upstream.body.errors?.[0]?.extensions.code).toBe("UPSTREAM_UNAVAILABLE");
	expect(upstream.text).not.toContain("upstream words");
	expect(observations).toContainEqual({
		kind: "request.error",
		requestId: upstream.headers.get("x-request-id"),
		code: "UPSTREAM_UNAVAILABLE",
		cause: new Error("upstream words"),
	});
});

test("what fails around the resolvers is masked too", async () => {
	const broken = () => Promise.reject(new Error("stolen words of the key store"));
	const { post } = makeServer({ claimsFor: broken });
	const answer = await read(await post({ query: "{ whoami }" }));
	expect(answer.status).toBe(500);
	expect(answer.body.errors?.[0]?.extensions.code).toBe("INTERNAL");
	expect(answer.text).not.toMatch(secrets);
});

test("an identity stage that fails is no anonymous caller", async () => {
	const { post } = makeServer({ identify: () => Promise.reject(new Error("stolen words")) });
	const answer = await read(await post({ query: "{ whoami }" }));
	expect(answer.status).toBe(500);
	expect(answer.body).toEqual({ errors: [expect.objectContaining({ message: internal.message })] });
});

test("what fails outside of GraphQL is masked too", async () => {
	const schemaless = {
		...operations,
		get schema(): never {
			throw new Error("stolen words");
		},
	};
	const { server, observations } = makeServer({ operations: schemaless });
	const page = new Request("http://127.0.0.1/graphql", { headers: { accept: "text/html" } });
	const answer = await read(await server.fetch(page));
	expect(answer.status).toBe(500);
	expect(answer.body.errors?.[0]?.extensions.code).toBe("INTERNAL");
	expect(answer.text).not.toMatch(secrets);
	expect(observations).toContainEqual(expect.objectContaining({ kind: "request.error", code: "INTERNAL" }));
});

test("a message that quotes the caller's megabyte back is cut", async () => {
	const { post } = makeServer({ config: { maxBodyBytes: 1_000_000 } });
	const query = "query ($number: Int) { echo(number: $number) }";
	const { body } = await read(await post({ query, variables: { number: "9".repeat(500_000) } }));
	expect(body.errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
	expect(body.errors?.[0]?.message.length).toBeLessThanOrEqual(2001);
});
