// The queries and answers that documents show are those of test/queries, which run against the real stack.
import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { includeQueries } from "../../../tools/query-docs.ts";

const root = new URL("../../../", import.meta.url);
const documents = ["README.md", ...globSync("docs/*.md", { cwd: root.pathname })].map((path) => ({
	path,
	text: readFileSync(new URL(path, root), "utf8"),
}));

test.each(documents)("$path shows them as they are", ({ text }) => {
	expect(includeQueries(text)).toBe(text);
});

test("every marked place has an end, and docs/api.md has many", () => {
	for (const { text } of documents) {
		expect(text.match(/<!-- query /g)?.length).toBe(text.match(/<!-- end -->/g)?.length);
	}
	const api = documents.find(({ path }) => path === "docs/api.md");
	expect(api?.text.match(/<!-- query /g)?.length).toBeGreaterThan(10);
});

test("a place that was changed by hand is put right", () => {
	expect(includeQueries("<!-- query list -->\nold\n<!-- end -->")).toContain('"Slim Bamboo Serving Dish"');
	expect(() => includeQueries("<!-- query no-such-query -->\n<!-- end -->")).toThrow("no-such-query");
});
