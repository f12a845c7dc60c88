// A server for a test to kill: serves the stack that standard input describes, starts an endless call, and then prints the
// pids of its function hosts.
import { createApp } from "../../../src/app.ts";
import { loadConfig } from "../../../src/config/load-config.ts";
import { mintDevelopmentToken } from "../../../src/identity/development-jwt.ts";

const chunks: string[] = [];
for await (const chunk of process.stdin.setEncoding("utf8")) chunks.push(chunk as string);
const { database, postgrest, developmentSecret, spins } = JSON.parse(chunks.join(""));

const app = await createApp({
	config: loadConfig({}),
	stack: {
		endpoints: { databaseUrl: database, postgrest, kratos: null, developmentSecret },
		health: async () => [],
	},
	observe: () => {},
});
const token = await mintDevelopmentToken(
	developmentSecret,
	{ subject: "somebody", tenantId: "11111111-1111-4111-8111-111111111111", roles: ["owner"] },
	600,
);
void app.fetch(
	new Request("http://apprun.test/graphql", {
		method: "POST",
		headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
		body: JSON.stringify({
			query: "mutation ($name: String!) { invokeFunction(name: $name) { status } }",
			variables: { name: spins },
		}),
	}),
);
setTimeout(() => process.stdout.write(`${JSON.stringify(app.functionHosts())}\n`), 500);
