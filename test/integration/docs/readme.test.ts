// What the README shows is what happens: its first query is asked, and its answer compared.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OpenApp, openApp } from "../../support/open-app.ts";

const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
const shown = [...readme.matchAll(/-d '(\{"query".*?\})'\n```\n[^`]*```json\n(.*?)\n```/gs)];

let app: OpenApp;
beforeAll(async () => {
	app = await openApp();
});
afterAll(() => app.close());

test("there are queries to compare", () => {
	expect(shown.length).toBeGreaterThan(0);
});

test.each(shown.map(([, body = "", answer = ""]) => ({ body, answer })))("$body", async ({ body, answer }) => {
	const response = await app.ask({ tenant: "acme", role: "owner" }, JSON.parse(body) as { query: string });
	expect(await response.json()).toEqual(JSON.parse(answer));
});
