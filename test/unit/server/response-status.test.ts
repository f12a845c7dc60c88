// The status of an answer whose operation ran: 401, 403 and 503 when nothing came of it because of that; 200 otherwise.
import { expect, test } from "vitest";
import { makeServer, read } from "./start-server.ts";

const { post } = makeServer();
const accepting = ["application/graphql-response+json", "application/json"];

const outright: Readonly<Record<string, number>> = {
	unauthenticated: 401,
	forbidden: 403,
	upstream: 503,
	conflict: 200,
	timeout: 200,
	plain: 200,
};

test.each(Object.entries(outright))("data is null because of %s: %i", async (how, status) => {
	for (const accept of accepting) {
		const answer = await read(await post({ query: `{ mustNotFail(how: "${how}") }` }, { accept }));
		expect(answer.body.data).toBeNull();
		expect(answer.status, accept).toBe(status);
	}
});

test.each(Object.keys(outright))("there is data beside %s: 200", async (how) => {
	for (const accept of accepting) {
		const answer = await read(await post({ query: `{ fail(how: "${how}") whoami }` }, { accept }));
		expect(answer.body.data).toEqual({ fail: null, whoami: "anonymous" });
		expect(answer.status, accept).toBe(200);
	}
});

test("no trace of the status is left in the error", async () => {
	const answer = await read(await post({ query: '{ mustNotFail(how: "forbidden") }' }));
	expect(Object.keys(answer.body.errors?.[0]?.extensions ?? {})).toEqual(["code", "hint"]);
});
