// One process with @wasmer/sdk in it: takes runs, several at a time, gives how they ended. It is watched: one that grows
// too large, stays silent or says that it is unwell is ended, and what ran in it fails.
import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { FromSandbox, SandboxRequest } from "./host/protocol.ts";
import { spawnConfined } from "./spawn-confined.ts";
import { HostLost, HostTimeout } from "./spawn-host.ts";

export interface SandboxOptions {
	/** The only folder of ours that it reads. */
	readonly folder: string;
	readonly entry: string;
	readonly user: { readonly uid: number; readonly gid: number } | null;
}

export type Ran = Extract<FromSandbox, { readonly kind: "ran" }>;

interface Waiting {
	readonly resolve: (ran: Ran) => void;
	readonly reject: (error: Error) => void;
	readonly timer: NodeJS.Timeout;
}

/** Grown beyond the memory that sandboxed calls may use together. */
export class SandboxTooLarge extends HostLost {}

/** Bytes that are resident. The SDK itself takes about 140 MB; files that guests write are memory of this process. */
const mostResident = 512 * 1024 * 1024;
const startTimeoutMs = 15_000;
const watchEveryMs = 50;

export class SandboxProcess {
	readonly pid: number;
	readonly exited: Promise<void>;
	/** Modules that it holds. */
	readonly modules = new Set<string>();
	runs = 0;
	/** False: nothing new is to run here. */
	healthy = true;
	readonly #child: ChildProcess;
	readonly #waiting = new Map<number, Waiting>();
	#watch: NodeJS.Timeout | null = null;

	constructor(child: ChildProcess) {
		this.#child = child;
		this.pid = child.pid ?? 0;
		this.exited = new Promise((resolve) => {
			const ended = () => {
				this.#end(new HostLost("the sandbox process ended"));
				resolve();
			};
			child.once("exit", ended);
			child.once("error", ended);
		});
		child.on("message", (message: FromSandbox) => {
			if (message.kind === "ran") this.#settle(message.id)?.resolve(message);
		});
	}

	get active(): number {
		return this.#waiting.size;
	}

	/** @throws HostLost, HostTimeout; the process is gone then */
	run(request: Omit<SandboxRequest, "id">, timeoutMs: number): Promise<Ran> {
		const id = ++this.runs;
		return new Promise((resolve, reject) => {
			const timer = setTimeout(() => this.#end(new HostTimeout("the sandbox did not answer")), timeoutMs);
			this.#waiting.set(id, { resolve, reject, timer });
			this.#watch ??= setInterval(() => this.#checkSize(), watchEveryMs);
			this.#child.send({ id, ...request }, (error) => {
				if (error !== null) this.#end(new HostLost("the sandbox process cannot be reached"));
			});
		});
	}

	kill(): void {
		this.healthy = false;
		this.#child.kill("SIGKILL");
	}

	residentBytes(): number {
		try {
			// proc_pid_statm(5): the second number is the resident pages, of 4 KiB on all that Node.js runs on but some ARM.
			return Number(readFileSync(`/proc/${this.pid}/statm`, "utf8").split(" ")[1]) * 4096;
		} catch {
			return 0;
		}
	}

	#checkSize(): void {
		if (this.residentBytes() > mostResident)
			this.#end(new SandboxTooLarge(`the sandbox grew beyond ${mostResident / 1024 / 1024} MiB`));
	}

	#end(error: Error): void {
		this.kill();
		for (const id of [...this.#waiting.keys()]) this.#settle(id)?.reject(error);
	}

	#settle(id: number): Waiting | undefined {
		const waiting = this.#waiting.get(id);
		this.#waiting.delete(id);
		clearTimeout(waiting?.timer);
		if (this.#waiting.size === 0 && this.#watch !== null) {
			clearInterval(this.#watch);
			this.#watch = null;
		}
		return waiting;
	}
}

/** @throws HostLost when it does not start; it takes about half a second */
export async function startSandbox({ folder, entry, user }: SandboxOptions): Promise<SandboxProcess> {
	const sdk = fileURLToPath(import.meta.resolve("@wasmer/sdk/node"));
	// dist/ and pkg/ of the package.
	const sdkFolder = dirname(dirname(sdk));
	const reads = [folder, sdkFolder].map((path) => `--allow-fs-read=${path}`);
	const child = spawnConfined({ arguments: [...reads, "--allow-worker", entry, sdk], folder, user });
	const process = new SandboxProcess(child);
	const ready = new Promise<true>((resolve) => child.once("message", () => resolve(true)));
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<false>((resolve) => {
		timer = setTimeout(resolve, startTimeoutMs, false);
	});
	const started = await Promise.race([ready, late, process.exited.then(() => false)]);
	clearTimeout(timer);
	if (started) return process;
	process.kill();
	throw new HostLost("the sandbox process did not start");
}
