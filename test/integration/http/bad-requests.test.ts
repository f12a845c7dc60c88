// Bad input of every size and kind, through the real server: a GraphQL error with code and hint, no stack, no SQL, no
// upstream text; and the server goes on.
import { describe, expect, inject, test } from "vitest";
import { tokenFor } from "../../support/open-app.ts";

const { graphql: url } = inject("stack");
const authorization = `Bearer ${await tokenFor({ tenant: "acme", role: "owner" })}`;

async function send(body: unknown) {
	const answer = await fetch(url, {
		method: "POST",
		headers: { "content-type": "application/json", authorization, accept: "application/graphql-response+json" },
		body: typeof body === "string" ? body : JSON.stringify(body),
	});
	const text = await answer.text();
	return { status: answer.status, text, errors: JSON.parse(text).errors, data: JSON.parse(text).data };
}

const nest = (levels: number) => `${"{ products { category ".repeat(levels / 2)}{ id }${" } }".repeat(levels / 2)}`;
const deep = (levels: number) =>
	`{ products ${"{ category { products ".repeat(levels / 2)}{ id }${" } }".repeat(levels / 2)} }`;
const aliases = Array.from({ length: 10_000 }, (_, index) => `a${index}: __typename`).join(" ");

const cases: Readonly<Record<string, readonly [body: unknown, code: string]>> = {
	"an unknown field": [{ query: "{ products { nothing } }" }, "GRAPHQL_VALIDATION_FAILED"],
	"an argument of the wrong type": [{ query: '{ products(limit: "1") { id } }' }, "GRAPHQL_VALIDATION_FAILED"],
	"a filter on a column that is not there": [
		{ query: "{ products(where: { nothing: { eq: 1 } }) { id } }" },
		"GRAPHQL_VALIDATION_FAILED",
	],
	"a negative limit": [{ query: "{ products(limit: -1) { id } }" }, "BAD_USER_INPUT"],
	"a limit above the maximum": [{ query: "{ products(limit: 100000) { id } }" }, "LIMIT_EXCEEDED"],
	"a variable of the wrong type": [
		{ query: "query ($limit: Int) { products(limit: $limit) { id } }", variables: { limit: "many" } },
		"BAD_USER_INPUT",
	],
	"a key that is no UUID": [
		{ query: "query ($id: UUID!) { product(id: $id) { id } }", variables: { id: "42'--" } },
		"BAD_USER_INPUT",
	],
	"200 levels": [{ query: deep(200) }, "LIMIT_EXCEEDED"],
	"10,000 aliases": [{ query: `{ ${aliases} }` }, "LIMIT_EXCEEDED"],
	"1 MB of query text": [{ query: `{ products { id } } #${"x".repeat(1_048_576)}` }, "LIMIT_EXCEEDED"],
	"nearly 1 MB of names": [{ query: `{ ${"x ".repeat(500_000)} }` }, "LIMIT_EXCEEDED"],
	"nearly 1 MB of brackets": [{ query: "{".repeat(1_000_000) }, "GRAPHQL_PARSE_FAILED"],
	"nearly 1 MB of selections in selections": [{ query: "{ a ".repeat(250_000) }, "LIMIT_EXCEEDED"],
	"nearly 1 MB of lists in lists": [{ query: `{ a(b: ${"[".repeat(1_000_000)}` }, "LIMIT_EXCEEDED"],
	"1,000 lists in lists": [
		{ query: `{ products(where: ${"[".repeat(1000)}${"]".repeat(1000)}) { id } }` },
		"GRAPHQL_VALIDATION_FAILED",
	],
	"a variable 50,000 levels deep": [
		`{"query":"query ($w: ProductFilter) { products(where: $w) { id } }","variables":{"w":${'{"not":'.repeat(50_000)}{}${"}".repeat(50_000)}}}`,
		"BAD_USER_INPUT",
	],
	"1 MB of JSON brackets": ["[".repeat(1_000_000), "BAD_REQUEST"],
	"a document that ends early": [{ query: nest(2).slice(0, -3) }, "GRAPHQL_PARSE_FAILED"],
};

describe.each(Object.entries(cases))("%s", (_name, [body, code]) => {
	test(`is ${code}`, async () => {
		const { status, text, errors, data } = await send(body);
		expect(data ?? null).toBeNull();
		for (const { extensions } of errors) {
			expect(extensions.code).toBe(code);
			expect(extensions.hint.length).toBeGreaterThan(10);
		}
		expect(errors.length).toBeGreaterThan(0);
		expect(status).toBeLessThan(500);
		expect(text.length).toBeLessThan(20_000);
		expect(text).not.toMatch(/\bat .*\.[jt]s:|node_modules|select |postgrest|PGRST|pg_catalog/i);
		expect((await send({ query: "{ products(limit: 1) { id } }" })).errors).toBeUndefined();
	});
});
