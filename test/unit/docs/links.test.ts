// Every path and command that a document names exists.
import { existsSync, globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const root = new URL("../../../", import.meta.url);
const documents = ["README.md", "CHANGELOG.md", ...globSync("docs/*.md", { cwd: root.pathname })];
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

test.each(documents)("%s: links lead to files", (path) => {
	const links = [...read(path).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, link = ""]) => link);
	expect(links.filter((link) => !existsSync(new URL(link, new URL(path, root))))).toEqual([]);
});

test.each(documents)("%s: npm scripts exist", (path) => {
	const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
	const named = [...read(path).matchAll(/\bnpm run (?:-s )?([a-z][\w:]*)/g)].map(([, name = ""]) => name);
	expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

test("the README names every command, and only those", () => {
	const commands = [...read("src/main.ts").matchAll(/\.command\("([\w-]+)"\)/g)].map(([, name = ""]) => name);
	const table = /\n\| Command \|[\s\S]*?\n\n/.exec(read("README.md"))?.[0] ?? "";
	const named = [...table.matchAll(/^\| `([\w-]+(?: \w+)?)/gm)].flatMap(([, words = ""]) => words.split(" "));
	expect([...new Set(named)].sort()).toEqual([...new Set(commands)].sort());
});
