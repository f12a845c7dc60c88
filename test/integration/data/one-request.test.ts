// One data root field is exactly one PostgREST request, however deep its selection and however many rows it finds.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OpenApp, openApp } from "../../support/open-app.ts";
import { sentDuring } from "../../support/sent-requests.ts";

const owner = { tenant: "hooli", role: "owner" } as const;

let app: OpenApp;

beforeAll(async () => {
	app = await openApp();
});

afterAll(async () => {
	await app.close();
});

test("four levels of relations are one request", async () => {
	const { outcome, requests } = await sentDuring(() =>
		app.ask(owner, {
			query: `{ categories(limit: 20) { name products(limit: 10) { name reviews(limit: 5) { rating customer { name orders(limit: 2) { reference } } } } } }`,
		}),
	);
	const { data } = (await outcome.json()) as { data: { categories: unknown[] } };
	expect(data.categories.length).toBeGreaterThan(5);
	expect(requests.length).toBe(1);
});

test("two root fields are two requests, and a repeated operation asks anew", async () => {
	const query = "{ products(limit: 1) { id } tags(limit: 1) { id } }";
	const { requests } = await sentDuring(async () => {
		await app.ask(owner, { query });
		await app.ask(owner, { query });
	});
	expect(requests.map(({ path }) => path.split("?")[0])).toEqual(["/products", "/tags", "/products", "/tags"]);
});

test("a write with relations in its answer is one request", async () => {
	const { outcome, requests } = await sentDuring(() =>
		app.ask(owner, {
			query: `mutation { updateProductBySku(sku: "SAU-01000", patch: { stockUnits: 7 }) { name category { name parent { name } } reviews { rating } } }`,
		}),
	);
	expect(((await outcome.json()) as { errors?: unknown }).errors).toBeUndefined();
	expect(requests.map(({ method }) => method)).toEqual(["PATCH"]);
});

test("a request that is refused sends nothing", async () => {
	const { requests } = await sentDuring(async () => {
		await app.ask(owner, { query: "{ products(limit: -1) { id } }" });
		await app.ask(owner, { query: "{ nothing }" });
		await app.ask(owner, { query: "query ($id: UUID!) { product(id: $id) { id } }", variables: { id: 1 } });
		await app.ask(owner, {
			query: `mutation { createProduct(input: { name: "x" }) { id } updateProductBySku(sku: "a", patch: {}) { id } }`,
		});
	});
	expect(requests).toEqual([]);
});
