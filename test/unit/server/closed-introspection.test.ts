// In production the schema is shown to nobody who is not signed in: neither by introspection nor by suggestions.
import { getIntrospectionQuery } from "graphql";
import { expect, test } from "vitest";
import { bearer, makeServer, read } from "./start-server.ts";

const config = { production: true, maxBodyBytes: 10_000 };
const questions: Readonly<Record<string, string>> = {
	"what tools ask": getIntrospectionQuery(),
	"for all types": "{ __schema { types { name } } }",
	"for a type, beside other things and under an alias": '{ whoami x: __type(name: "Query") { name } }',
	"in a fragment": '{ ...a } fragment a on Query { ... { __type(name: "Query") { name } } }',
};

test.each(Object.entries(questions))("nobody may ask %s", async (_name, query) => {
	const { post } = makeServer({ config });
	// Twice: the second time the document is a known one.
	for (let turn = 0; turn < 2; turn++) {
		const answer = await read(await post({ query }));
		expect(answer.status).toBe(403);
		expect(answer.body).toEqual({
			errors: [expect.objectContaining({ message: expect.stringContaining("signed-in") })],
		});
	}
	expect((await read(await post({ query }, await bearer()))).body.errors).toBeUndefined();
	expect((await read(await makeServer({ config: { ...config, production: false } }).post({ query }))).status).toBe(200);
});

test("__typename is no introspection", async () => {
	const answer = await read(await makeServer({ config }).post({ query: "{ __typename whoami }" }));
	expect(answer.body).toEqual({ data: { __typename: "Query", whoami: "anonymous" } });
});

test("a misspelt name is not put right for strangers", async () => {
	const requests = [
		{ query: "{ whoamy }" },
		{ query: "query ($c: Color) { echo(color: $c) }", variables: { c: "REDD" } },
		{ query: "{ echo(txt: 1) }" },
	];
	const { post } = makeServer({ config });
	for (const request of requests) {
		expect((await read(await post(request))).text).not.toContain("Did you mean");
		expect((await read(await post(request, await bearer()))).text).toContain("Did you mean");
	}
});
