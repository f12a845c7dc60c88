// A server takes every bad module and every fault, several times over, over HTTP: it is the same process afterwards, none of
// its threads is busy, its memory is what it was, and it goes on serving.
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { commandFaults, faults } from "../../support/functions/fault-modules.ts";
import { add, refused } from "../../support/functions/refused-modules.ts";
import { type ServedApp, serveApp } from "../../support/functions/serve-app.ts";
import { busyHost } from "../../support/functions/test-hosts.ts";
import { handler, pair, wat } from "../../support/functions/wat.ts";

const owner = { tenant: "hooli", role: "owner" } as const;

let server: ServedApp;
beforeAll(async () => {
	server = await serveApp();
});
afterAll(() => server.stop());

interface Answer {
	readonly data: { readonly invokeFunction: { readonly status: string; readonly output: unknown } } | null;
	readonly errors?: readonly { readonly extensions: { readonly reason?: string } }[];
}

async function ask(query: string, variables: Record<string, unknown>): Promise<Answer> {
	return (await (await server.ask(owner, { query, variables })).json()) as Answer;
}

const deploy = (name: string, bytes: Uint8Array, more: Record<string, unknown> = {}) =>
	ask("mutation ($input: DeployFunctionInput!) { deployFunction(input: $input) { version } }", {
		input: { name, module: Buffer.from(bytes).toString("base64"), ...more },
	});

const invoke = async (name: string, input: unknown = null) =>
	(
		await ask(
			"mutation ($name: String!, $input: JSON) { invokeFunction(name: $name, input: $input) { status output } }",
			{
				name,
				input,
			},
		)
	).data?.invokeFunction;

/** Every fault by the name that it is deployed under, with how a call must end. */
const calls: readonly (readonly [name: string, bytes: Uint8Array, status: string, kind: string])[] = [
	...faults.map(([, bytes, status], index) => [`fault-${index}`, bytes, status, "EXPORT"] as const),
	...commandFaults.map(([, bytes, status], index) => [`command-fault-${index}`, bytes, status, "COMMAND"] as const),
];

const deeper = `mutation{invokeFunction(name:"deeper"){status output}}`;
/** Invokes itself through GraphQL. */
const recursive = handler(
	`(local $n i32) (local.set $n (call $graphql (i32.const 16) (i32.const ${deeper.length}) (i32.const 0) (i32.const 0)))
	(call $reply (i32.const 4096)) ${pair("(i32.const 4096)", "(local.get $n)")}`,
	`(data (i32.const 16) "${deeper.replaceAll('"', "\\22")}")`,
);

async function everythingOnce(): Promise<void> {
	const refusals = await Promise.all(refused.map(([, , bytes], index) => deploy(`refused-${index}`, bytes)));
	expect(refusals.map(({ errors }) => errors?.[0]?.extensions.reason)).toEqual(refused.map(([, reason]) => reason));
	const ended = await Promise.all(calls.map(([name]) => invoke(name)));
	expect(ended.map((result) => result?.status)).toEqual(calls.map(([, , status]) => status));
	expect(JSON.stringify(await invoke("deeper"))).toContain("LIMIT_EXCEEDED");
	const killed = invoke("spins");
	const { hosts } = await server.rest();
	process.kill(await busyHost({ pids: () => hosts }), "SIGKILL");
	expect((await killed)?.status).toBe("FAILED");
}

test("nothing that a function does changes the server", { timeout: 120_000 }, async () => {
	for (const [name, bytes, , kind] of calls) await deploy(name, bytes, { kind, limits: { timeMs: 300 } });
	await deploy("deeper", recursive);
	await deploy("spins", wat(`(module (func (export "spins") (loop br 0)))`), { limits: { timeMs: 30_000 } });
	await deploy("add", add);
	// Code and caches that the first rounds bring in belong to the server as it is.
	for (let round = 0; round < 2; round++) await everythingOnce();
	const before = await server.rest();
	for (let round = 0; round < 3; round++) await everythingOnce();
	const after = await server.rest();
	expect(after.residentBytes).toBeLessThan(before.residentBytes * 1.2);
	const ticks = threadTicks(server.pid);
	await sleep(500);
	const busy = [...threadTicks(server.pid)].filter(([thread, now]) => now - (ticks.get(thread) ?? 0) > 10);
	// Ticks are 10 ms: a thread that loops has some 50 of them by now.
	expect(busy).toEqual([]);
	expect(server.child.exitCode ?? server.child.signalCode).toBeNull();
	expect(await invoke("add", [1, 2])).toEqual({ status: "SUCCESS", output: 3 });
	expect((await server.rest()).hosts).toHaveLength(3);
});

/** CPU time of each thread so far. proc_pid_stat(5): utime and stime are the 14th and 15th field. */
function threadTicks(pid: number): Map<string, number> {
	const folder = `/proc/${pid}/task`;
	return new Map(
		readdirSync(folder).map((thread) => {
			const stat = readFileSync(`${folder}/${thread}/stat`, "utf8");
			const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
			return [thread, Number(fields[11]) + Number(fields[12])];
		}),
	);
}
