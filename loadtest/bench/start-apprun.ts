// Starts `apprun start` as a process of its own on a throwaway data dir and free ports, with the demo. Gives where it is;
// refuses with its last words when it does not come up. `stop` leaves nothing behind.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "../../src/config/load-config.ts";
import { OutputTail } from "../../src/stack/output-tail.ts";
import { type RunFile, readRunFile } from "../../src/stack/run-file.ts";
import { throwawayStack } from "../../test/support/test-stack-config.ts";

export interface StartOptions {
	/** Checkout to start. */
	readonly root: string;
	/** Settings besides the throwaway ones, as an environment. */
	readonly settings: Readonly<Record<string, string>>;
	/** Folder that V8 writes a CPU profile into when the process ends; null: none is made. */
	readonly profileDir: string | null;
	readonly signal: AbortSignal;
}

export interface RunningApprun {
	readonly run: RunFile;
	readonly config: Config;
	/** Ends the process and its services, gently, and removes the data dir. */
	stop(): Promise<void>;
}

const startTimeoutMs = 120_000;
const stopTimeoutMs = 30_000;

/** Starts it and waits until it is ready. @throws Error with its last words, or the signal's reason */
export async function startApprun({ root, settings, profileDir, signal }: StartOptions): Promise<RunningApprun> {
	const { config, environment, remove } = throwawayStack(settings);
	const profiling = profileDir === null ? [] : ["--cpu-prof", `--cpu-prof-dir=${profileDir}`];
	// As the npm scripts start it: a young generation of this size costs a tenth of the speed at most and saves a third of the
	// memory; collecting the old one at half more than what lives keeps the process at 180 MB, where V8 would let it go to 300.
	const child = spawn(
		process.execPath,
		["--max-semi-space-size=16", "--heap-growing-percent=50", ...profiling, join(root, "src", "main.ts"), "start"],
		{
			cwd: root,
			env: { ...machineEnvironment(), ...environment },
			stdio: ["ignore", "ignore", "pipe"],
		},
	);
	const tail = new OutputTail();
	child.stderr.setEncoding("utf8").on("data", (chunk: string) => tail.push(chunk));
	const stop = async () => {
		await end(child);
		remove();
	};
	try {
		const run = await untilReady(child, config.dataDir, signal);
		if (run === null) throw new Error(`apprun did not start. Its last words:\n${tail.text()}`);
		return { run, config, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

async function untilReady(child: ChildProcess, dataDir: string, signal: AbortSignal): Promise<RunFile | null> {
	const deadline = performance.now() + startTimeoutMs;
	while (isAlive(child) && performance.now() < deadline) {
		const run = readRunFile(dataDir);
		if (run !== null) return run;
		await sleep(50, undefined, { signal });
	}
	return null;
}

async function end(child: ChildProcess): Promise<void> {
	if (!isAlive(child)) return;
	const exited = once(child, "exit");
	child.kill("SIGTERM");
	const timer = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
	await exited;
	clearTimeout(timer);
}

function isAlive(child: ChildProcess): boolean {
	return child.exitCode === null && child.signalCode === null && child.pid !== undefined;
}

/** What a program needs of a machine, and nothing of the developer's own settings. */
function machineEnvironment(): Record<string, string> {
	const { PATH = "", HOME = "" } = process.env;
	return { PATH, HOME };
}
