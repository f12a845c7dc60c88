// GraphiQL in a real Chromium against the real stack: it opens with examples, runs them as the chosen demo tenant, and
// never talks to anybody but this server.
import type { Page } from "playwright-core";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { demoTenants } from "../support/open-app.ts";
import { graphiqlEditor, type WatchedPage, watchPages } from "../support/watched-pages.ts";

const url = inject("stack").graphql;
const openPage = watchPages({ viewport: { width: 1280, height: 800 } });
let watched: WatchedPage;
let page: Page;

beforeEach(async () => {
	watched = await openPage();
	page = watched.page;
	await page.goto(url);
	await page.getByRole("button", { name: /execute query/i }).waitFor();
});
afterEach(() => page.context().close());

const editor = (name: string, action?: "type" | "set", text?: string) => graphiqlEditor(page, name, action, text);

interface Answer {
	readonly data?: Readonly<Record<string, readonly { readonly id: string }[]>> | null;
	readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}

/** Presses the button and reads what GraphiQL then shows. */
async function run(): Promise<Answer> {
	await editor("response.json", "set", "");
	await page.getByRole("button", { name: /execute query/i }).click();
	await expect.poll(() => editor("response.json"), { timeout: 10_000 }).toMatch(/\}$/);
	return JSON.parse(await editor("response.json"));
}

const tenantOf = async () => {
	const { Authorization = "" } = JSON.parse((await editor("request-headers.json")) || "{}");
	return Authorization === "" ? null : JSON.parse(atob(Authorization.split(".")[1])).tenant_id;
};

const rowsOf = ({ data }: Answer) => Object.values(data ?? {})[0] ?? [];

test("the first press of the button shows rows of the first tenant", async () => {
	expect(await tenantOf()).toBe(demoTenants.acme);
	const rows = rowsOf(await run());
	expect(rows).toHaveLength(5);
	expect(rows[0]?.id).toMatch(/^[0-9a-f-]{36}$/);
});

test("another tenant sees other rows, and nobody sees none", async () => {
	const acme = new Set(rowsOf(await run()).map(({ id }) => id));
	await page.getByLabel("Tenant").selectOption("globex");
	await expect.poll(tenantOf).toBe(demoTenants.globex);
	const globex = rowsOf(await run()).map(({ id }) => id);
	expect(globex).toHaveLength(5);
	expect(globex.filter((id) => acme.has(id))).toEqual([]);
	await page.getByLabel("Tenant").selectOption("nobody (anonymous)");
	await expect.poll(tenantOf).toBeNull();
	expect(rowsOf(await run())).toEqual([]);
});

test("the choice holds in every tab and after a reload", async () => {
	await page.getByLabel("Tenant").selectOption("globex");
	await page.getByLabel("Role").selectOption("reader");
	await page.getByRole("tab", { name: "Nested" }).click();
	await expect.poll(tenantOf).toBe(demoTenants.globex);
	expect(rowsOf(await run())).toHaveLength(3);
	await page.reload();
	await page.getByRole("button", { name: /execute query/i }).waitFor();
	expect(await page.getByLabel("Role").inputValue()).toBe("reader");
	await expect.poll(tenantOf).toBe(demoTenants.globex);
});

test("each example runs as it stands, but for the key that it asks for", async () => {
	const tabs = await page.getByRole("tab").filter({ hasText: /\w/ }).allInnerTexts();
	expect(tabs.slice(0, 4)).toEqual(["List", "Nested", "ByKey", "Create"]);
	for (const name of ["Nested", "Create"]) {
		await page.getByRole("tab", { name }).click();
		await expect.poll(() => editor("operation.graphql")).toContain(name);
		// GraphiQL learns the name of a tab's operation a moment after it shows the tab.
		await expect.poll(async () => (await run()).errors, { interval: 500, timeout: 15_000 }).toBeUndefined();
	}
});

test("a header that somebody typed is left alone", async () => {
	await editor("request-headers.json", "type", '{"Authorization": "Bearer a.b.c"}');
	await expect.poll(() => page.getByLabel("Tenant").inputValue()).toBe("typed");
	expect((await run()).errors?.[0]?.extensions.code).toBe("UNAUTHENTICATED");
});

test("the page loads from this server only, and its policy lets everything work", async () => {
	await run();
	expect([...watched.origins]).toEqual([new URL(url).origin]);
	expect(watched.complaints).toEqual([]);
});
