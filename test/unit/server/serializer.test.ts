// A result may bring its own serializer: it writes the answer, and what it gets holds public errors only.
import { GraphQLError } from "graphql";
import { expect, test } from "vitest";
import type { OperationResult } from "../../../src/server/ports.ts";
import { makeServer, operations, read } from "./start-server.ts";

const serve = (result: OperationResult) =>
	makeServer({ operations: { ...operations, execute: async () => result } }).post({ query: "{ whoami }" });

test("its text is the answer", async () => {
	const answer = await serve({ data: {}, stringify: () => '{"data":{"whoami":9007199254740993}}' });
	expect(await answer.text()).toBe('{"data":{"whoami":9007199254740993}}');
	expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
});

test("it never sees what is masked", async () => {
	const hidden = new GraphQLError("boom", { path: ["whoami"], originalError: new Error("stolen words") });
	const answer = await read(await serve({ data: { whoami: null }, errors: [hidden], stringify: JSON.stringify }));
	expect(answer.body.errors?.[0]?.extensions.code).toBe("INTERNAL");
	expect(answer.text).not.toMatch(/stolen|boom/);
});

test("when it fails, that is masked too", async () => {
	const answer = await read(
		await serve({
			data: {},
			stringify: () => {
				throw new Error("stolen words");
			},
		}),
	);
	expect(answer.status).toBe(500);
	expect(answer.body).toEqual({ errors: [expect.objectContaining({ message: "Something went wrong on our side." })] });
});
