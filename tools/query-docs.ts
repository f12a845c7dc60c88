// A document with the queries that it shows filled in from test/queries, where each is run against the real stack: what
// stands between `<!-- query NAME -->` and `<!-- end -->`. With `requests` behind the name, what PostgREST was asked too.
import { readFileSync } from "node:fs";

const marked = /<!-- query (\S+?)( requests)? -->[\s\S]*?<!-- end -->/g;

/** The document with every marked place as it should be. @throws Error for a query that does not exist */
export function includeQueries(document: string): string {
	return document.replace(marked, (_place, name: string, requests: string | undefined) => {
		const parts = [fenced("graphql", name, "graphql"), fenced("json", name, "json")];
		if (requests !== undefined) parts.push(fenced("text", name, "requests"));
		return [`<!-- query ${name}${requests ?? ""} -->`, ...parts, "<!-- end -->"].join("\n\n");
	});
}

function fenced(language: string, name: string, extension: string): string {
	const text = readFileSync(new URL(`../test/queries/${name}.${extension}`, import.meta.url), "utf8");
	return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
}
