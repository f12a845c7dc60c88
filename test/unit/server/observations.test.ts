// One request.finished for each GraphQL request, with what a log line and a metric need.
import { expect, test } from "vitest";
import { makeServer } from "./start-server.ts";

test("an operation that went well", async () => {
	const { post, observations } = makeServer();
	await post({ query: "mutation Save { write }" }, { "x-request-id": "r1" });
	expect(observations).toEqual([
		{
			kind: "request.finished",
			requestId: "r1",
			operation: "Save",
			operationType: "mutation",
			status: 200,
			elapsedMs: expect.any(Number),
			errorCodes: [],
		},
	]);
});

test("an operation that did not, its codes once each", async () => {
	const { post, observations } = makeServer();
	await post({ query: '{ a: fail(how: "forbidden") b: fail(how: "forbidden") c: fail(how: "conflict") }' });
	expect(observations.at(-1)).toMatchObject({
		operation: "(unnamed)",
		errorCodes: ["FORBIDDEN", "CONFLICT"],
		status: 200,
	});
});

test("a request that never became an operation", async () => {
	const { post, observations } = makeServer();
	await post("{");
	expect(observations.at(-1)).toMatchObject({
		operation: null,
		operationType: null,
		errorCodes: ["BAD_REQUEST"],
		status: 400,
	});
});

test("a page of GraphiQL is no GraphQL request", async () => {
	const { server, observations } = makeServer();
	await server.fetch(new Request("http://apprun/graphql", { headers: { accept: "text/html" } }));
	expect(observations).toEqual([]);
});
