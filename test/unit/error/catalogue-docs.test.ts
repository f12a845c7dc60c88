// docs/errors.md and the catalogue say the same, both ways.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type ErrorCode, errorCatalogue } from "../../../src/error/catalogue.ts";

const text = readFileSync(new URL("../../../docs/errors.md", import.meta.url), "utf8");
const [, codesPart = ""] = text.split("\n## Codes\n");
const sections = new Map(
	codesPart
		.split("\n### ")
		.slice(1)
		.map((section): [string, string] => {
			const end = section.indexOf("\n");
			return [section.slice(0, end), section.slice(end).replaceAll("\n", " ")];
		}),
);
const codes = Object.keys(errorCatalogue) as ErrorCode[];

test("every code has a section, in the order of the catalogue, and no section is about anything else", () => {
	expect([...sections.keys()]).toEqual(codes);
});

test.each(codes)("%s: message, status, hint, whether to retry, and an example", (code) => {
	const { message, status, hint, retryable } = errorCatalogue[code];
	const section = sections.get(code) ?? "";
	expect(section).toContain(` ${message} Status ${status}`);
	expect(section).toContain(` > ${hint} `);
	expect(section).toContain(retryable ? "Sending it again may help." : "Sending it again does not help.");
	expect(section).toMatch(/ Example: .{10,}/);
});

test("every word in capitals of the document is a code", () => {
	const words = [
		...text.matchAll(/\b[A-Z]{3,}(?:_[A-Z]+)+\b|\b(?:UNAUTHENTICATED|FORBIDDEN|CONFLICT|TIMEOUT|INTERNAL)\b/g),
	];
	expect(words.map(([word]) => word).filter((word) => !Object.hasOwn(errorCatalogue, word))).toEqual([]);
});
