// A document that asks for too much is refused before it is validated or planned: length, depth, aliases, root fields,
// and fragments that multiply.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type OpenApp, openApp } from "../../support/open-app.ts";
import { sentDuring } from "../../support/sent-requests.ts";

const owner = { tenant: "acme", role: "owner" } as const;

let app: OpenApp;

beforeAll(async () => {
	app = await openApp();
});

afterAll(async () => {
	await app.close();
});

const nest = (levels: number) => `{ categories { ${"parent { ".repeat(levels)} id ${"}".repeat(levels)} } }`;

/** Each fragment spreads the next one twice, under other aliases: the selection doubles with each. */
const bomb = (levels: number) =>
	`{ categories { ...F0 } } ${Array.from({ length: levels }, (_, level) => `fragment F${level} on Category { a: parent { ...F${level + 1} } b: parent { ...F${level + 1} } }`).join(" ")} fragment F${levels} on Category { id }`;

const tooMuch: readonly (readonly [string, string])[] = [
	["1 MB of query text", `{ products { id ${" name".repeat(200_000)} } }`],
	["200 levels", nest(200)],
	[
		"200 levels in fragments",
		`{ categories { ...F0 } } ${Array.from({ length: 200 }, (_, level) => `fragment F${level} on Category { parent { ...F${level + 1} } }`).join(" ")} fragment F200 on Category { id }`,
	],
	["10,000 aliases", `{ ${Array.from({ length: 10_000 }, (_, index) => `a${index}: __typename`).join(" ")} }`],
	["1,000 aliases", `{ products { ${Array.from({ length: 1000 }, (_, index) => `a${index}: name`).join(" ")} } }`],
	[
		"30 root fields",
		`{ ${Array.from({ length: 30 }, (_, index) => `a${index}: products(limit: 1) { id }`).join(" ")} }`,
	],
	["fragments that double", bomb(9)],
	[
		"a filter that is too long for a URL",
		`{ products(where: { name: { in: [${Array.from({ length: 2000 }, (_, index) => `"name number ${index} of a long list"`).join(" ")}] } }) { id } }`,
	],
];

describe.each(tooMuch)("%s", (_name, query) => {
	test("is LIMIT_EXCEEDED with a hint, quickly, and sends nothing", async () => {
		const { outcome, requests } = await sentDuring(() => app.ask(owner, { query }));
		const text = await outcome.text();
		const { errors } = JSON.parse(text) as {
			errors: { message: string; extensions: { code: string; hint: string } }[];
		};
		expect(errors[0]?.extensions.code).toBe("LIMIT_EXCEEDED");
		expect(errors[0]?.extensions.hint).toMatch(/\w/);
		expect(text).not.toMatch(/node_modules|\.ts:\d|select |postgrest/i);
		expect(requests).toEqual([]);
	});
});

test("the deepest legal query and the introspection of GraphiQL pass", async () => {
	const { getIntrospectionQuery } = await import("graphql");
	for (const query of [nest(9), getIntrospectionQuery({ inputValueDeprecation: true, oneOf: true })]) {
		const answer = (await (await app.ask(owner, { query })).json()) as { errors?: unknown };
		expect(answer.errors).toBeUndefined();
	}
});
