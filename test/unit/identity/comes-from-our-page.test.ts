// What shows that a request comes from a page of this site, and what does not.
import { expect, test } from "vitest";
import { comesFromOurPage } from "../../../src/server/comes-from-our-page.ts";

const host = "app.example:4000";
const shown = (headers: Record<string, string>, siteOrigin: string | null = null) =>
	comesFromOurPage(new Headers({ host, ...headers }), siteOrigin);

test.each([
	[{}, false],
	[{ origin: "http://app.example:4000" }, true],
	[{ origin: "https://app.example:4000" }, true],
	[{ origin: "http://app.example" }, false],
	[{ origin: "http://app.example:4000.evil.example" }, false],
	[{ origin: "null" }, false],
	[{ origin: "" }, false],
	[{ "sec-fetch-site": "same-origin" }, true],
	[{ "sec-fetch-site": "same-site" }, false],
	[{ "sec-fetch-site": "none" }, false],
	[{ "sec-fetch-site": "cross-site", origin: "http://app.example:4000" }, false],
	[{ "sec-fetch-site": "same-origin", origin: "https://evil.example" }, false],
	[{ "x-apprun-csrf": "1" }, true],
	[{ "x-apprun-csrf": "" }, true],
	[{ "x-apprun-csrf": "1", origin: "https://evil.example" }, false],
] as [Record<string, string>, boolean][])("%j: %s", (headers, expected) => {
	expect(shown(headers)).toBe(expected);
});

test("behind a proxy the site's own origin counts, and not the name that the proxy uses", () => {
	expect(shown({ origin: "https://www.example.com" }, "https://www.example.com")).toBe(true);
	expect(shown({ origin: "http://app.example:4000" }, "https://www.example.com")).toBe(false);
});
