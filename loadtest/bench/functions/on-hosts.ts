// What the hosts take by themselves, without HTTP and GraphQL: cold and hot calls, languages and kinds side by side, rate and
// memory.
import { createSandboxRunner } from "../../../src/functions/sandbox-runner.ts";
import { type Example, readExample } from "../../../test/support/functions/examples.ts";
import { prepareOn, type Run, startTestHosts, type TestHosts } from "../../../test/support/functions/test-hosts.ts";
import { echo, handler } from "../../../test/support/functions/wat.ts";
import { pssBytes } from "../processes.ts";
import { decimals, percentile, type Table } from "../render-table.ts";
import type { Bench } from "../suite.ts";
import type { KilledHosts } from "./killed-hosts.ts";
import { type Calls, measureCalls } from "./measure-calls.ts";

export interface HostResults {
	readonly calls: Readonly<Record<CaseName, Calls>>;
	/** Milliseconds. */
	readonly cold: { readonly p50: number; readonly p95: number };
	/** Of two hosts after all these calls; null where it is not known. */
	readonly pssBytesOf2: number | null;
}

const coldModules = 40;
const line = "x".repeat(1000);

/** Starts hosts as the server does, and ends them. */
export async function measureHosts(bench: Bench): Promise<HostResults> {
	const hosts = await startTestHosts();
	const sandbox = createSandboxRunner(hosts.settings);
	try {
		bench.note("cold calls");
		const cold = await measureCold(hosts);
		const calls: Record<string, Calls> = {};
		for (const [name, prepare] of Object.entries(cases(hosts, sandbox))) {
			bench.note(name);
			const prepared = await prepare();
			await measureCalls(prepared, { seconds: 1, signal: bench.signal });
			calls[name] = await measureCalls(prepared, { seconds: bench.options.seconds, signal: bench.signal });
		}
		const pss = hosts.pids().map((pid) => pssBytes({ name: "host", pid, tree: false }) ?? 0);
		const total = pss.reduce((sum, each) => sum + each, 0);
		return {
			calls: calls as HostResults["calls"],
			cold,
			pssBytesOf2: pss.length === 0 ? null : (total / pss.length) * 2,
		};
	} finally {
		sandbox.stop();
		await hosts.stop();
	}
}

type CaseName = keyof ReturnType<typeof cases>;

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

/** Every module is one that no host has seen. */
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

/** For a person. */
export function hostsTable({ calls, cold, pssBytesOf2 }: HostResults, { replaced, nextCall }: KilledHosts): Table {
	const rows = Object.entries(calls).map(([name, { p50, p95, perSecond, failed }]) => [
		name,
		...[decimals(p50, 3), decimals(p95, 3), decimals(perSecond, 0), String(failed)],
	]);
	const times = (name: string, { p50, p95 }: { p50: number; p95: number }, digits: number) => [
		...[name, decimals(p50, digits), decimals(p95, digits), "", ""],
	];
	return {
		title: "Functions on their hosts (ms)",
		columns: ["call", "p50", "p95", "per second", "failed"],
		rows: [
			times("cold, a module of 12 kB that no host has seen", cold, 3),
			...rows,
			times("a killed host is replaced", replaced, 1),
			times("the call that waited for the killed one", nextCall, 1),
		],
		words: 1,
		notes: [`Two hosts take ${decimals(pssBytesOf2 === null ? null : pssBytesOf2 / 1e6, 1)} MB (PSS) after that.`],
	};
}
