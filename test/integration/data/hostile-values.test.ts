// A client's text means exactly itself wherever it can stand: as literal and as variable, in filters, keys and inputs,
// whatever it would mean to PostgREST, to SQL, to a URL or to JSON.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type OpenApp, openApp } from "../../support/open-app.ts";

const owner = { tenant: "hooli", role: "owner" } as const;

const hostile = [
	`plain "double" quotes`,
	`it's 'single' quotes`,
	`comma, comma,, ,`,
	`dots .. eq.x .not.is.null`,
	`parens ) ( )( and(name.eq.x)`,
	`")`,
	`"),name.neq."`,
	`x","y`,
	`back\\slash \\" \\\\ \\n`,
	`trailing backslash \\`,
	`percent % %20 %2C %00 %zz`,
	`star * ** a*b`,
	`under_score _`,
	`ampersand & = ? # + ; /`,
	`new\nline\r\ntab\t`,
	`emoji 🧶 é 日本 \u200d \u2028`,
	`{curly} [square] <angle>`,
	`'; drop table api.products; --`,
	`' or '1'='1`,
	`$1 $$ \${x} :name ::text`,
	`null`,
	`is.null`,
	`*`,
	`%`,
	` leading and trailing `,
	`\u0001\u001f control`,
];

let app: OpenApp;

beforeAll(async () => {
	app = await openApp();
});

afterAll(async () => {
	await app.close();
});

async function ask(query: string, variables: Record<string, unknown> = {}) {
	const response = await app.ask(owner, { query, variables });
	return (await response.json()) as { data?: Record<string, unknown>; errors?: { extensions: { code: string } }[] };
}

/** A GraphQL string literal: its escapes are those of JSON. */
const literal = (text: string) => JSON.stringify(text);

describe.each(hostile)("%j", (text) => {
	// The check on sku allows 64 characters; name takes 200.
	const sku = `${text}`.slice(0, 60);

	test("as a literal: created, found by every operator and by key, changed, deleted", async () => {
		const created = await ask(
			`mutation { createProduct(input: { name: ${literal(text)}, sku: ${literal(sku)} }) { name sku } }`,
		);
		expect(created).toEqual({ data: { createProduct: { name: text, sku } } });
		const found = await ask(`{
			eq: products(where: { name: { eq: ${literal(text)} } }) { name }
			in: products(where: { name: { in: [${literal(text)}, "no such name"] } }) { name }
			or: products(where: { or: [{ name: { eq: ${literal(text)} } }] }) { name }
			like: products(where: { name: { like: ${literal(escapeLike(text))} } }) { name }
			key: productBySku(sku: ${literal(sku)}) { name }
			json: products(where: { keywords: { eq: [${literal(text)}] } }) { name }
			neq: products(where: { name: { eq: ${literal(text)} }, not: { name: { neq: ${literal(text)} } } }) { name }
		}`);
		const rows = [{ name: text }];
		expect(found).toEqual({
			data: { eq: rows, in: rows, or: rows, like: rows, key: { name: text }, json: [], neq: rows },
		});
		const deleted = await ask(`mutation { deleteProductBySku(sku: ${literal(sku)}) { name } }`);
		expect(deleted).toEqual({ data: { deleteProductBySku: { name: text } } });
	});

	test("as a variable: in inputs, arrays, json and keys", async () => {
		const input = { name: "Hostile", sku, keywords: [text, text], attributes: { [text]: text } };
		const created = await ask(
			"mutation ($input: ProductInput!) { createProduct(input: $input) { name sku keywords attributes } }",
			{ input },
		);
		expect(created).toEqual({ data: { createProduct: input } });
		const found = await ask(
			`query ($sku: String!, $text: String!, $keywords: [String], $where: ProductFilter, $json: JSON!, $value: JSON!, $regex: String!) {
				productBySku(sku: $sku) { sku }
				byArray: products(where: { keywords: { eq: $keywords } }) { sku }
				byElement: products(where: { keywords: { containsElement: $text } }) { sku }
				byFilter: products(where: $where) { sku }
				byJson: products(where: { attributes: { eq: $json } }) { sku }
				byPath: products(where: { attributes: { at: [{ path: [$text], eq: $value }] } }) { sku }
				byPathIn: products(where: { attributes: { at: [{ path: [$text], in: [$value] }] } }) { sku }
				byRegex: products(where: { sku: { regex: $regex } }) { sku }
				byOther: products(where: { sku: { isDistinctFrom: $sku, eq: $sku } }) { sku }
				bySearch: products(where: { search: { matches: { query: $text, language: "simple" } }, sku: { eq: "none" } }) { sku }
			}`,
			// `***=` makes the rest of a regular expression literal.
			{
				sku,
				text,
				keywords: [text, text],
				where: { sku: { in: [sku] } },
				json: { [text]: text },
				value: text,
				regex: `***=${sku}`,
			},
		);
		const rows = [{ sku }];
		expect(found).toEqual({
			data: {
				productBySku: { sku },
				byArray: rows,
				byElement: rows,
				byFilter: rows,
				byJson: rows,
				byPath: rows,
				byPathIn: rows,
				byRegex: rows,
				byOther: [],
				bySearch: [],
			},
		});
		const changed = await ask(
			"mutation ($sku: String!, $name: String!) { updateProductBySku(sku: $sku, patch: { name: $name }) { name } }",
			{ sku, name: text },
		);
		expect(changed).toEqual({ data: { updateProductBySku: { name: text } } });
		await ask("mutation ($sku: String!) { deleteProductBySku(sku: $sku) { id } }", { sku });
	});
});

function escapeLike(text: string): string {
	return text.replace(/[\\%_]/g, "\\$&");
}

describe("like patterns", () => {
	test("a star means itself, percent and underscore are wildcards", async () => {
		const names = ["a*b star", "axb star", "a%b star"];
		for (const name of names)
			await ask("mutation ($n: String!) { createProduct(input: { name: $n }) { id } }", { n: name });
		const found = await ask(`{
			star: products(where: { name: { like: "a*b%" } }) { name }
			any: products(where: { name: { like: "a_b star" } }, orderBy: [{ name: ASC }]) { name }
			escaped: products(where: { name: { like: "a\\\\%b star" } }) { name }
			insensitive: products(where: { name: { ilike: "A*B ST%" } }) { name }
		}`);
		expect(found.data?.["star"]).toEqual([{ name: "a*b star" }]);
		const any = (found.data?.["any"] ?? []) as { name: string }[];
		expect(new Set(any.map(({ name }) => name))).toEqual(new Set(names));
		expect(found.data?.["escaped"]).toEqual([{ name: "a%b star" }]);
		expect(found.data?.["insensitive"]).toEqual([{ name: "a*b star" }]);
		const all = await ask(`{ products(where: { name: { like: "%b star" } }) { id } }`);
		for (const { id } of (all.data?.["products"] ?? []) as { id: string }[]) {
			await ask("mutation ($id: UUID!) { deleteProduct(id: $id) { id } }", { id });
		}
	});
});

test("an empty text in a list is a value: it is found, and what is null is not its opposite", async () => {
	const made = await ask(`mutation {
		empty: createProduct(input: { name: "list of empty text", sku: "EMPTY-TEXT", description: "" }) { id }
		none: createProduct(input: { name: "list of empty text", sku: "NO-TEXT", description: null }) { id }
	}`);
	expect(made.errors).toBeUndefined();
	const mine = 'name: { eq: "list of empty text" }';
	const found = await ask(`{
		among: products(where: { ${mine}, description: { in: [""] } }) { sku }
		not: products(where: { ${mine}, not: { description: { in: [""] } } }) { sku }
		counted: productsConnection(where: { ${mine}, not: { description: { in: [""] } } }, first: 1) { totalCount }
	}`);
	expect(found.data).toEqual({ among: [{ sku: "EMPTY-TEXT" }], not: [], counted: { totalCount: 0 } });
	const changed = `updateProducts(where: { ${mine}, description: { in: [""] } }, patch: { price: "2" }, atMost: 2) { sku }`;
	expect((await ask(`mutation { ${changed} }`)).data).toEqual({ updateProducts: [{ sku: "EMPTY-TEXT" }] });
	expect((await ask(`mutation { deleteProducts(where: { ${mine} }, atMost: 2) { sku } }`)).errors).toBeUndefined();
});

describe("text that Postgres cannot store", () => {
	test.each(["\0", "a\0b", "\ud800", "x\udfffy"])("%j is refused before anything is sent", async (text) => {
		for (const body of [
			{ query: "query ($n: String!) { products(where: { name: { eq: $n } }) { id } }", variables: { n: text } },
			{ query: "query ($n: String!) { productBySku(sku: $n) { id } }", variables: { n: text } },
			{ query: "mutation ($n: String!) { createProduct(input: { name: $n }) { id } }", variables: { n: text } },
			{
				query: 'mutation ($n: JSON!) { createProduct(input: { name: "x", attributes: $n }) { id } }',
				variables: { n: { deep: [text] } },
			},
			{ query: `{ products(where: { name: { eq: ${literal(text)} } }) { id } }`, variables: {} },
		]) {
			const answer = await ask(body.query, body.variables);
			expect(answer.errors?.[0]?.extensions.code).toMatch(/^(BAD_USER_INPUT|GRAPHQL_PARSE_FAILED)$/);
		}
	});
});
