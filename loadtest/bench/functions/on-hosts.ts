// What the hosts take by themselves, without HTTP and GraphQL: cold and hot calls, languages and kinds side by side, rate,
// a flood beside a calm tenant, memory, and how soon a killed host is replaced.
import { setTimeout as sleep } from "node:timers/promises";
import { createSandboxRunner } from "../../../src/functions/sandbox-runner.ts";
import { type Example, readExample } from "../../../test/support/functions/examples.ts";
import { prepareOn, type Run, startTestHosts, type TestHosts } from "../../../test/support/functions/test-hosts.ts";
import { echo, handler, wat } from "../../../test/support/functions/wat.ts";
import { pssBytes } from "../processes.ts";
import { decimals, percentile, type Table } from "../render-table.ts";
import type { Bench } from "../suite.ts";
import { type Calls, measureCalls } from "./measure-calls.ts";

export interface HostResults {
	readonly calls: Readonly<Record<string, Calls>>;
	/** Milliseconds. */
	readonly cold: { readonly p50: number; readonly p95: number };
	/** Milliseconds from the kill until as many hosts as before are ready. */
	readonly replaced: { readonly p50: number; readonly p95: number };
	readonly pssBytesOf2: number | null;
}

const coldModules = 40;
const kills = 10;
const line = "x".repeat(1000);

/** Starts hosts as the server does, and ends them. */
export async function measureHosts(bench: Bench): Promise<HostResults> {
	const hosts = await startTestHosts();
	const sandbox = createSandboxRunner(hosts.settings);
	try {
		const pss = hosts.pids().map((pid) => pssBytes({ name: "host", pid, tree: false }) ?? 0);
		bench.note("cold calls");
		const cold = await measureCold(hosts);
		const calls: Record<string, Calls> = {};
		for (const [name, prepare] of Object.entries(cases(hosts, sandbox))) {
			bench.note(name);
			const prepared = await prepare();
			await measureCalls(prepared, { seconds: 1, signal: bench.signal });
			calls[name] = await measureCalls(prepared, { seconds: bench.options.seconds, signal: bench.signal });
		}
		bench.note("killed hosts");
		const replaced = await measureReplacement(hosts);
		bench.note("a flood beside a calm tenant");
		calls["hot add beside 200 slow calls of another tenant"] = await measureBesideFlood(hosts, bench);
		return { calls, cold, replaced, pssBytesOf2: pss.length === 0 ? null : (sum(pss) / pss.length) * 2 };
	} finally {
		sandbox.stop();
		await hosts.stop();
	}
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function cases(hosts: TestHosts, sandbox: ReturnType<typeof createSandboxRunner>) {
	const one = (run: Run) => async () => [await hosts.prepare(run)];
	const ofExample = (name: string, input: unknown) => {
		const example: Example = readExample(name);
		return { bytes: example.bytes, kind: example.kind, name: example.manifest.function, input };
	};
	const tenants = Array.from({ length: 8 }, (_, index) => `tenant ${index}`);
	const csv = ofExample("csv_summary", "a,b\n1,2\n3,4\n");
	return {
		"hot add, Rust": one(ofExample("add-rust", [1, 2])),
		"hot add, C": one(ofExample("add-c", [1, 2])),
		"hot add, AssemblyScript": one(ofExample("add-assemblyscript", [1, 2])),
		"JSON of 1 kB, echo": one({ bytes: handler(echo), input: line }),
		"slugify, AssemblyScript": one(ofExample("slugify", "Crème brûlée")),
		"csv_summary as COMMAND, on V8": one(csv),
		"csv_summary as SANDBOX, on @wasmer/sdk": async () => [
			await prepareOn(hosts.runner, sandbox, { ...csv, kind: "sandbox", limits: { timeMs: 5000 } }),
		],
		"add of 8 tenants at once": () =>
			Promise.all(tenants.map((tenantId) => hosts.prepare({ ...ofExample("add-rust", [1, 2]), tenantId }))),
	};
}

/** Every module is one that no host has seen, of the size of process_product. */
async function measureCold(hosts: TestHosts): Promise<HostResults["cold"]> {
	const { bytes } = readExample("slugify");
	const times: number[] = [];
	for (let index = 0; index < coldModules; index++) {
		// A custom section makes it another module.
		const other = Uint8Array.from([...bytes, 0, 3, 1, 0x78, index]);
		const call = await hosts.prepare({ bytes: other, input: "A b" });
		const startedAt = performance.now();
		const { cold, status } = await call();
		if (!cold || status !== "SUCCESS") throw new Error(`a cold call was not: ${status}`);
		times.push(performance.now() - startedAt);
	}
	return { p50: percentile(times, 50), p95: percentile(times, 95) };
}

async function measureBesideFlood(hosts: TestHosts, bench: Bench): Promise<Calls> {
	const bytes = wat(`(module (func (export "run") (loop br 0)))`);
	const slow = await hosts.prepare({ bytes, tenantId: "flood", limits: { timeMs: 200 } });
	const fast = await hosts.prepare({ ...calm(), tenantId: "calm" });
	let over = false;
	const flood = Array.from({ length: 200 }, async () => {
		while (!over) await slow();
	});
	await sleep(500);
	const calls = await measureCalls([fast], { seconds: bench.options.seconds, signal: bench.signal }).finally(() => {
		over = true;
	});
	// What is queued by then takes 200 ms each; it is not waited for, because the hosts are ended at the end.
	Promise.all(flood).catch(() => {});
	return calls;
}

function calm(): Pick<Run, "bytes" | "name" | "input"> {
	return { bytes: readExample("add-rust").bytes, name: "add", input: [1, 2] };
}

async function measureReplacement(hosts: TestHosts): Promise<HostResults["replaced"]> {
	const times: number[] = [];
	// Two and a spare; what is there beyond was started for a while and is not replaced.
	const count = 3;
	for (let kill = 0; kill < kills; kill++) {
		const [victim = 0] = hosts.pids();
		const startedAt = performance.now();
		process.kill(victim, "SIGKILL");
		while (hosts.pids().includes(victim) || hosts.pids().length < count) await sleep(1);
		times.push(performance.now() - startedAt);
	}
	return { p50: percentile(times, 50), p95: percentile(times, 95) };
}

/** For a person. */
export function hostsTable({ calls, cold, replaced, pssBytesOf2 }: HostResults): Table {
	const rows = Object.entries(calls).map(([name, { p50, p95, perSecond, failed }]) => [
		name,
		...[decimals(p50, 3), decimals(p95, 3), decimals(perSecond, 0), String(failed)],
	]);
	return {
		title: "Functions on their hosts (ms)",
		columns: ["call", "p50", "p95", "per second", "failed"],
		rows: [
			["cold, a module of 12 kB that no host has seen", decimals(cold.p50, 3), decimals(cold.p95, 3), "", ""],
			...rows,
			["a killed host is replaced", decimals(replaced.p50, 0), decimals(replaced.p95, 0), "", ""],
		],
		words: 1,
		notes: [`Two hosts take ${decimals(pssBytesOf2 === null ? null : pssBytesOf2 / 1e6, 1)} MB (PSS).`],
	};
}
