// docs/configuration.md and .env.example are made from the table of settings, and no document names a setting that does
// not exist.
import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { configKeys } from "../../../src/config/keys.ts";
import { loadConfig } from "../../../src/config/load-config.ts";
import { configurationTable, environmentExample } from "../../../tools/configuration-docs.ts";

const root = new URL("../../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const keys = Object.values(configKeys);

test("docs/configuration.md holds the table as `npm run docs:write` makes it", () => {
	expect(read("docs/configuration.md")).toContain(`\n\n${configurationTable()}\n\n`);
});

test("the table has a row for every setting, with its default, unit and text", () => {
	const rows = read("docs/configuration.md").split("\n");
	for (const { env, default: fallback, unit, text } of keys) {
		const [row, ...others] = rows.filter((line) => line.startsWith(`| \`${env}\` |`));
		expect(others).toEqual([]);
		expect(row).toContain(` | ${fallback === null ? "not set" : `\`${fallback}\``} | ${unit ?? ""} |`);
		expect(row).toContain(text);
	}
});

test(".env.example is as `npm run docs:write` makes it, and sets every setting to its default", () => {
	const example = read(".env.example");
	expect(example).toBe(environmentExample());
	const settings = [...example.matchAll(/^#(APPRUN_\w+)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]);
	expect(settings.map(([name]) => name)).toEqual(keys.map(({ env }) => env));
	expect(loadConfig(Object.fromEntries(settings))).toEqual(loadConfig({}));
});

test.each(["README.md", "CHANGELOG.md", ...globSync("docs/*.md", { cwd: root.pathname })])(
	"%s names only settings that exist",
	(path) => {
		const known = new Set(keys.map(({ env }) => env));
		const named = [...read(path).matchAll(/\bAPPRUN_[A-Z0-9_]+\b(?!\*)/g)].map(([name]) => name);
		expect(named.filter((name) => !known.has(name) && !deliberatelyWrong.has(name))).toEqual([]);
	},
);

/** Mistakes that a document shows together with what apprun says to them. */
const deliberatelyWrong: ReadonlySet<string> = new Set(["APPRUN_PORTS"]);

test("the limits in docs/api.md have the defaults of the settings", () => {
	const rows = [...read("docs/api.md").matchAll(/\| `(APPRUN_\w+)` \| (\S+)(?: ms)? \|/g)];
	expect(rows.length).toBeGreaterThan(5);
	for (const [, name, value] of rows) expect([name, value]).toEqual([name, defaultOf(name ?? "")]);
});

function defaultOf(env: string): string | null | undefined {
	return keys.find((key) => key.env === env)?.default;
}
