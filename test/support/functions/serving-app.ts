// A server process for a test to watch and to kill: serves the stack that the first line of standard input describes, prints
// where, and answers every further line with what it uses when it rests.
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { createApp } from "../../../src/app.ts";
import { loadConfig } from "../../../src/config/load-config.ts";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const print = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);

const { database, postgrest, developmentSecret } = JSON.parse((await lines.next()).value as string);
const app = await createApp({
	config: { ...loadConfig({}), port: 0 },
	stack: {
		endpoints: { databaseUrl: database, postgrest, kratos: null, developmentSecret },
		health: async () => [],
	},
	observe: () => {},
});
const { url } = await app.listen();
print({ url });
for await (const _line of lines) {
	for (let pass = 0; pass < 3; pass++) {
		globalThis.gc?.();
		await sleep(50);
	}
	print({ residentBytes: process.memoryUsage.rss(), hosts: app.functionHosts() });
}
await app.close();
