// What `apprun start` prints when it is ready: where everything is and what to do next.
import { join, relative } from "node:path";
import type { Config } from "../config/load-config.ts";
import type { Endpoints, KratosEndpoint } from "../stack/endpoints.ts";

export interface GreetingOptions {
	readonly config: Config;
	/** URL of the GraphQL endpoint. */
	readonly url: string;
	readonly endpoints: Endpoints;
	readonly elapsedMs: number;
}

/** The text, ending with a newline. Holds no password but that of the demo's people, once: the others are in run.json. */
export function greeting({ config, url, endpoints, elapsedMs }: GreetingOptions): string {
	const database = new URL(endpoints.databaseUrl);
	const runFile = join(config.dataDir, "run.json");
	const fromHere = relative(process.cwd(), runFile);
	const rows: (readonly [string, string])[] = [
		["GraphQL", `${url}   (in a browser: GraphiQL)`],
		["Health", new URL("/health/ready", url).href],
		["Database", `${database.protocol}//${database.username}@${database.host}${database.pathname}`],
		...(endpoints.kratos === null ? [] : identityRows(url, endpoints.kratos)),
		["Details", `${fromHere.startsWith("..") ? runFile : fromHere}   (with the database's password)`],
	];
	const lines = rows.map(([name, value]) => `  ${name.padEnd(10)}${value}`);
	const hint =
		endpoints.developmentSecret === null || !config.demo || config.databaseUrl !== null
			? []
			: ["", "A token for the demo tenant acme:  npm run -s apprun -- token --tenant acme --role owner"];
	const ready = `apprun is ready after ${(elapsedMs / 1000).toFixed(1)} s`;
	return `${["", ready, "", ...lines, ...hint, "", "Ctrl-C stops everything."].join("\n")}\n`;
}

function identityRows(url: string, { mailbox, demoPeople }: KratosEndpoint): (readonly [string, string])[] {
	return [
		["Sign in", new URL("/auth/login", url).href],
		...(mailbox ? [["Mails", new URL("/auth/mailbox", url).href] as const] : []),
		...(demoPeople?.made === true
			? [["People", `owner@acme.example, editor@…, reader@…, and of globex; password ${demoPeople.password}`] as const]
			: []),
	];
}
