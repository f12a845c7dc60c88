// Function hosts of their own for a test, and the short way to run a module on them: admitted first, as at deploy.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Admission, ModuleKind } from "../../../src/functions/host/protocol.ts";
import type { HostRunner } from "../../../src/functions/host-runner.ts";
import type { InvocationResult, Runner } from "../../../src/functions/invocation.ts";
import { type FunctionLimits, fixedLimits, memoryPages, resolveLimits } from "../../../src/functions/limits.ts";
import { type StartHostsOptions, startHosts } from "../../../src/functions/start-hosts.ts";
import type { Observation } from "../../../src/observe/observation.ts";

export interface Run {
	readonly bytes: Uint8Array;
	readonly kind?: ModuleKind;
	readonly name?: string;
	readonly tenantId?: string;
	readonly input?: unknown;
	readonly limits?: Partial<FunctionLimits>;
	readonly depth?: number;
	readonly cancelled?: AbortSignal;
	readonly askGraphql?: (query: string, variables: string, signal: AbortSignal) => Promise<string>;
}

export async function startTestHosts(options: Partial<StartHostsOptions> = {}) {
	const dataDir = await mkdtemp(join(tmpdir(), "apprun-hosts-"));
	const observations: Observation[] = [];
	const settings = {
		dataDir,
		user: null,
		hosts: 2,
		hostsMost: 8,
		running: 2,
		runningOfTenant: 1,
		startedOfTenant: 4,
		queuedOfTenant: 256,
		queueMs: 20_000,
		observe: (observation: Observation) => observations.push(observation),
		...options,
	};
	const hosts = await startHosts(settings);
	const prepare = (run: Run) => prepareOn(hosts.runner, hosts.runner, run);
	return {
		...hosts,
		settings,
		observations,
		admit: (run: Run) => admitOn(hosts.runner, run),
		prepare,
		invoke: async (run: Run) => (await prepare(run))(),
		stop: async () => {
			hosts.stop();
			await rm(dataDir, { recursive: true, force: true });
		},
	};
}

/** Admits a module, as at deploy. */
export const admitOn = (admitter: HostRunner, run: Run): Promise<Admission> =>
	admitter.admit(
		{
			bytes: run.bytes,
			moduleKind: run.kind ?? "export",
			functionName: run.name ?? "run",
			caps: { ...fixedLimits, memoryPages: memoryPages(resolveLimits(run.limits ?? {})) },
		},
		run.tenantId ?? "one",
	);

/** Admits a module and gives the way to invoke it. @throws Error when it is refused */
export async function prepareOn(
	admitter: HostRunner,
	runner: Runner,
	run: Run,
): Promise<(input?: unknown) => Promise<InvocationResult>> {
	const admission = await admitOn(admitter, run);
	if (admission.kind === "refused") throw new Error(`${admission.reason}: ${admission.detail}`);
	const version = {
		sha256: createHash("sha256").update(run.bytes).digest("hex"),
		kind: run.kind ?? "export",
		entry: admission.entry,
		limits: resolveLimits(run.limits ?? {}),
	};
	return (input = run.input ?? null) =>
		runner.run({
			tenantId: run.tenantId ?? "one",
			version,
			input: JSON.stringify(input),
			depth: run.depth ?? 0,
			cancelled: run.cancelled ?? null,
			loadModule: async () => run.bytes,
			askGraphql: run.askGraphql ?? (async () => "{}"),
		});
}

export type TestHosts = Awaited<ReturnType<typeof startTestHosts>>;

/** Waits until so many hosts are there, and none of them works. @throws Error when that does not come */
export async function settled(hosts: { readonly pids: () => readonly number[] }, count: number): Promise<void> {
	for (let attempt = 0; attempt < 100; attempt++) {
		if (hosts.pids().length >= count && hosts.pids().every((pid) => cpuState(pid) === "S")) return;
		await setTimeout(20);
	}
	throw new Error(`the hosts do not come to rest: ${hosts.pids().map(cpuState).join(" ")}`);
}

/** The host that works, as soon as one does. */
export async function busyHost(hosts: { readonly pids: () => readonly number[] }): Promise<number> {
	for (;;) {
		await setTimeout(10);
		const busy = hosts.pids().find((pid) => cpuState(pid) === "R");
		if (busy !== undefined) return busy;
	}
}

/** State of the main thread: R runs, S sleeps, - is gone. proc_pid_stat(5) */
function cpuState(pid: number): string {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
		return stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3);
	} catch {
		return "-";
	}
}
