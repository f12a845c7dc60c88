// Runs functions of kind `sandbox` on @wasmer/sdk in a process of its own, which is started when first needed and ended
// when nobody has needed it for a while. Replaces it after anything that the SDK does not get over.

import { join } from "node:path";
import { failed, type Invocation, type InvocationResult, type Runner } from "./invocation.ts";
import { fixedLimits, memoryPages } from "./limits.ts";
import { prepareHost } from "./prepare-host.ts";
import {
	type Ran,
	type SandboxOptions,
	type SandboxProcess,
	SandboxTooLarge,
	startSandbox,
} from "./sandbox-process.ts";
import { type Hosts, NotScheduled, Scheduler } from "./scheduler.ts";
import { HostTimeout } from "./spawn-host.ts";
import type { StartHostsOptions } from "./start-hosts.ts";

export interface SandboxRunner extends Runner {
	readonly pids: () => readonly number[];
	readonly stop: () => void;
}

/** Runs at once: the SDK gets slower beyond. */
const concurrency = 2;
/** The SDK loses about 10 KB a run: after so many a process is replaced. */
const runsOfProcess = 2000;
const residentBytes = 350 * 1024 * 1024;
const idleMs = 60_000;
/** The process answers this much later than the guest's time at the latest. */
const graceMs = 3000;

/** @param mostRuns after which a process is replaced */
export function createSandboxRunner(options: StartHostsOptions, mostRuns: number = runsOfProcess): SandboxRunner {
	const pool = new SandboxPool({ ...options, mostRuns, onIdle: () => scheduler.dispatch() });
	const scheduler = new Scheduler<SandboxProcess>(pool, {
		...options,
		running: concurrency,
		runningOfTenant: 1,
		startedOfTenant: 1,
	});
	return {
		run: (invocation) => run(scheduler, invocation),
		pids: () => pool.pids,
		stop: () => {
			scheduler.stop();
			pool.stop();
		},
	};
}

interface SandboxPoolOptions extends StartHostsOptions {
	readonly mostRuns: number;
	/** A process has room for a call. */
	readonly onIdle: () => void;
}

class SandboxPool implements Hosts<SandboxProcess> {
	readonly #options: SandboxPoolOptions;
	readonly #all = new Set<SandboxProcess>();
	/** Calls that hold the process, running or about to. */
	readonly #held = new Map<SandboxProcess, number>();
	#starting = false;
	#stopped = false;
	#idle: NodeJS.Timeout | null = null;

	constructor(options: SandboxPoolOptions) {
		this.#options = options;
	}

	get pids(): readonly number[] {
		return [...this.#all].map(({ pid }) => pid);
	}

	acquire(): SandboxProcess | null {
		const free = [...this.#all].find((process) => process.healthy && this.#count(process) < concurrency);
		if (free === undefined) return null;
		if (this.#idle !== null) clearTimeout(this.#idle);
		this.#held.set(free, this.#count(free) + 1);
		return free;
	}

	release(process: SandboxProcess): null {
		const left = this.#count(process) - 1;
		this.#held.set(process, left);
		if (process.runs >= this.#options.mostRuns || process.residentBytes() > residentBytes) process.healthy = false;
		if (left === 0 && !process.healthy) process.kill();
		if (this.#idle !== null) clearTimeout(this.#idle);
		if (left === 0) {
			this.#idle = setTimeout(() => this.#endIdle(), idleMs);
			this.#idle.unref();
		}
		this.#options.onIdle();
		return null;
	}

	grow(): void {
		const usable = [...this.#all].some(({ healthy }) => healthy);
		if (this.#starting || this.#stopped || usable) return;
		this.#starting = true;
		void this.#start();
	}

	stop(): void {
		this.#stopped = true;
		for (const process of this.#all) process.kill();
	}

	#count(process: SandboxProcess): number {
		return this.#held.get(process) ?? 0;
	}

	async #start(): Promise<void> {
		try {
			const process = await startSandbox(await sandboxProgram(this.#options));
			this.#all.add(process);
			void process.exited.then(() => {
				this.#all.delete(process);
				this.#held.delete(process);
				this.#options.onIdle();
			});
			if (this.#stopped) process.kill();
		} catch (cause) {
			// Whoever waits asks again until their time in the queue is up.
			this.#options.observe({ kind: "functions.hostFailed", cause, restartInMs: 1000 });
			setTimeout(() => this.#options.onIdle(), 1000).unref();
		}
		this.#starting = false;
		this.#options.onIdle();
	}

	#endIdle(): void {
		for (const process of this.#all) if (this.#count(process) === 0) process.kill();
	}
}

async function sandboxProgram({ dataDir, user }: StartHostsOptions): Promise<SandboxOptions> {
	const { folder } = await prepareHost(dataDir);
	return { folder, entry: join(folder, "sandbox-main.js"), user };
}

async function run(scheduler: Scheduler<SandboxProcess>, invocation: Invocation): Promise<InvocationResult> {
	const { tenantId, version, input, depth, cancelled } = invocation;
	if (depth >= fixedLimits.depth) return failed("CALLS_TOO_DEEP", { detail: `at most ${fixedLimits.depth} levels` });
	if (Buffer.byteLength(input) > version.limits.inputBytes)
		return failed("INPUT_TOO_LARGE", { detail: `at most ${version.limits.inputBytes} bytes` });
	try {
		const slot = await scheduler.slot({ tenantId, moduleKey: null, nested: depth > 0, cancelled });
		return await runIn(slot.host, invocation).finally(() => slot.release());
	} catch (error) {
		if (error instanceof NotScheduled) return failed(error.code);
		throw error;
	}
}

async function runIn(process: SandboxProcess, invocation: Invocation): Promise<InvocationResult> {
	const { tenantId, version, input, loadModule } = invocation;
	const { timeMs, outputBytes, logLines } = version.limits;
	const module = `${tenantId}/${version.sha256}/${memoryPages(version.limits)}`;
	const cold = !process.modules.has(module);
	const bytes = cold ? await loadModule() : null;
	const limits = { memoryPages: memoryPages(version.limits), outputBytes, logLines, replyBytes: 0 };
	const startedAt = performance.now();
	process.modules.add(module);
	try {
		const ran = await process.run({ module, bytes, input, timeMs, limits }, timeMs + graceMs);
		if (!ran.healthy) process.healthy = false;
		return resultOf(ran, { durationMs: performance.now() - startedAt, cold });
	} catch (error) {
		const at = { durationMs: performance.now() - startedAt, cold };
		if (error instanceof HostTimeout) return failed("TIME_EXCEEDED", { detail: `${timeMs} ms`, ...at });
		if (error instanceof SandboxTooLarge) return failed("MEMORY_EXHAUSTED", { detail: error.message, ...at });
		return failed("HOST_LOST", at);
	}
}

function resultOf({ ending, logs }: Ran, at: { durationMs: number; cold: boolean }): InvocationResult {
	if (ending.kind === "output") return { status: "SUCCESS", output: ending.text, error: null, logs, ...at };
	return failed(ending.code, { detail: ending.detail, logs, ...at });
}
