// `npm run docs:write`: rewrites what is made from the code and the tests: the table of docs/configuration.md, the
// queries in the other documents, and .env.example.
import { readFileSync, writeFileSync } from "node:fs";
import { configurationTable, environmentExample } from "./configuration-docs.ts";
import { includeQueries } from "./query-docs.ts";

const root = new URL("../", import.meta.url);

function rewrite(path: string, change: (text: string) => string): void {
	const file = new URL(path, root);
	writeFileSync(file, change(readFileSync(file, "utf8")));
}

// A function as replacement, because `$` means something in a text.
rewrite("docs/configuration.md", (text) => text.replace(/^\| Key [\s\S]*?\|$(?!\n\|)/m, () => configurationTable()));
for (const path of ["docs/api.md", "docs/architecture.md"]) rewrite(path, includeQueries);
writeFileSync(new URL(".env.example", root), environmentExample());
