// The functions suite: hosts by themselves, then end to end.
import type { Suite } from "../suite.ts";
import { hostsTable, measureHosts } from "./on-hosts.ts";
import { endToEndTable, measureEndToEnd } from "./through-graphql.ts";

/** `npm run bench -- functions`. */
export const functionsSuite: Suite = {
	summary: "WebAssembly functions: cold, hot, by language and kind, beside a flood, and through GraphQL",
	async run(bench) {
		const hosts = await measureHosts(bench);
		const endToEnd = await measureEndToEnd(bench);
		return {
			versions: { node: process.versions.node, v8: process.versions.v8 },
			tables: [hostsTable(hosts), endToEndTable(endToEnd)],
			results: { hosts, endToEnd },
		};
	},
};
