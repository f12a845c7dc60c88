// docs/functions.md says what the tables of limits and errors say.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { functionErrors, refusalHints } from "../../../src/functions/function-error.ts";
import { limitTable } from "../../../src/functions/limits.ts";

const text = readFileSync(new URL("../../../docs/functions.md", import.meta.url), "utf8");
const rows = (columns: number): string[][] =>
	[...text.matchAll(/^\| (.*) \|$/gm)]
		.map(([, row = ""]) => row.split(" | "))
		.filter((cells) => cells.length === columns);

test("every limit with its default and maximum", () => {
	const documented = rows(4).filter(
		([name]) => name?.startsWith("`") && /^\d+$/.test(rows(4).find(([n]) => n === name)?.[1] ?? ""),
	);
	expect(documented.map(([name, least, most]) => [name, least, most])).toEqual(
		Object.entries(limitTable).map(([name, { default: fallback, most }]) => [`\`${name}\``, `${fallback}`, `${most}`]),
	);
});

test("every error code with its status, message and hint", () => {
	const documented = rows(3).filter(([code]) => /^[A-Z_]+$/.test(code ?? ""));
	expect(documented).toEqual(
		Object.entries(functionErrors).map(([code, { status, message, hint }]) => [code, status, `${message} ${hint}`]),
	);
});

test("every reason of a refusal with its hint", () => {
	const documented = rows(2).filter(([code]) => /^[A-Z_0-9]+$/.test(code ?? ""));
	expect(documented).toEqual(Object.entries(refusalHints));
});
