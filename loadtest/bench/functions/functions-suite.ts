// The functions suite: hosts by themselves, then end to end. With --profile: where apprun's CPU time goes in a call.
import type { Suite } from "../suite.ts";
import { askedOf, askedTable } from "./asked.ts";
import { floodTable, measureBesideFlood } from "./beside-flood.ts";
import { measureKilledHosts } from "./killed-hosts.ts";
import { hostsTable, measureHosts } from "./on-hosts.ts";
import { profileCalls } from "./profile-calls.ts";
import { endToEndTable, measureEndToEnd } from "./through-graphql.ts";

/** `npm run bench -- functions`. */
export const functionsSuite: Suite = {
	summary: "WebAssembly functions: cold, hot, by language and kind, beside a flood, and through GraphQL",
	async run(bench) {
		const versions = { v8: process.versions.v8 };
		if (bench.options.profile) return { versions, ...(await profileCalls(bench)) };
		const hosts = await measureHosts(bench);
		bench.note("killed hosts");
		const killed = await measureKilledHosts(bench);
		bench.note("a calm tenant beside a flood");
		const flood = await measureBesideFlood(bench);
		const endToEnd = await measureEndToEnd(bench, null);
		const asked = askedOf({ hosts, killed, flood, endToEnd });
		return {
			versions,
			tables: [hostsTable(hosts, killed), floodTable(flood), endToEndTable(endToEnd), askedTable(asked)],
			results: { hosts, killed, flood, endToEnd, asked },
		};
	},
};
