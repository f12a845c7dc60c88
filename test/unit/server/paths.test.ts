// Which path leads where.
import { expect, test } from "vitest";
import { makeServer } from "./start-server.ts";

const { server } = makeServer();
const get = (path: string) => server.fetch(new Request(`http://apprun${path}`));

test("/ leads to GraphQL, and no browser remembers it", async () => {
	const answer = await get("/");
	expect([answer.status, answer.headers.get("location")]).toEqual([307, "/graphql"]);
});

test.each([
	"/nothing",
	"/graphql/graphiql/nothing.js",
	"/graphql/graphiql/__proto__",
	"/graphql/graphiql/../../package.json",
	"/graphql/graphiql/%2e%2e/page.ts",
	"/x/graphql",
	"/health",
	"/dev/token",
	"/nothing?x=/health/live",
	"//graphql",
])("%s is not there, and the answer says what is", async (path) => {
	const answer = await get(path);
	expect(answer.status).toBe(404);
	expect(await answer.text()).toContain("GraphQL is at /graphql");
});

test("every answer has a request id; a client's own is kept when it is harmless", async () => {
	expect((await get("/health/live")).headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
	const asked = async (id: string) => {
		const request = new Request("http://apprun/graphql?query={whoami}", { headers: { "x-request-id": id } });
		return (await server.fetch(request)).headers.get("x-request-id");
	};
	expect(await asked("trace-1:2.3_4")).toBe("trace-1:2.3_4");
	for (const id of ["a".repeat(65), "a b", '"', "<script>"]) expect(await asked(id)).not.toBe(id);
});
