// Several operations in one request: each under the same identity, each with its own result.
import { expect, test } from "vitest";
import { acme, bearer, makeServer } from "./start-server.ts";

test("a batch is answered in its order", async () => {
	const { post, observations } = makeServer();
	const batch = [{ query: "query A { whoami }" }, { query: "{ nothing }" }, { query: '{ fail(how: "plain") }' }];
	const answer = await post(batch, await bearer());
	expect(answer.status).toBe(200);
	const [first, second, third] = (await answer.json()) as Record<string, unknown>[];
	expect(first).toEqual({ data: { whoami: `${acme} owner` } });
	expect(second).toMatchObject({ errors: [{ extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }] });
	expect(third).toMatchObject({ data: { fail: null }, errors: [{ extensions: { code: "INTERNAL" } }] });
	expect(observations.at(-1)).toMatchObject({
		kind: "request.finished",
		operation: "A,(unnamed)",
		errorCodes: ["GRAPHQL_VALIDATION_FAILED", "INTERNAL"],
	});
});

test("a bad token refuses the whole batch", async () => {
	const { post } = makeServer();
	const answer = await post([{ query: "{ whoami }" }, { query: "{ whoami }" }], { authorization: "Bearer a.b.c" });
	expect(answer.status).toBe(401);
	expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: "UNAUTHENTICATED" } }] });
});
