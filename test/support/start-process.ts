// Runs `apprun` as a process of its own, as a person would, and sees what becomes of it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { packageRoot } from "../../src/stack/package-root.ts";
import { type RunFile, readRunFile } from "../../src/stack/run-file.ts";

export interface CommandOutcome {
	readonly exitCode: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

export interface ApprunProcess {
	readonly child: ChildProcess;
	/** When it has ended. */
	readonly outcome: Promise<CommandOutcome>;
}

/** Starts `apprun <args>` with exactly this environment and a PATH. */
export function startProcess(args: readonly string[], environment: Readonly<Record<string, string>>): ApprunProcess {
	const env = { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", ...environment };
	const child = spawn(process.execPath, [join(packageRoot, "src", "main.ts"), ...args], { env, cwd: packageRoot });
	let stdout = "";
	let stderr = "";
	child.stdout.on("data", (chunk) => {
		stdout += chunk;
	});
	child.stderr.on("data", (chunk) => {
		stderr += chunk;
	});
	const outcome = once(child, "close").then(([exitCode]) => ({ exitCode, stdout, stderr }));
	return { child, outcome };
}

/** Runs a command to its end. */
export function runApprun(
	args: readonly string[],
	environment: Readonly<Record<string, string>>,
): Promise<CommandOutcome> {
	return startProcess(args, environment).outcome;
}

/** Waits until `apprun start` is ready. @throws with what it said, when it ended instead */
export async function untilReady({ child, outcome }: ApprunProcess, dataDir: string): Promise<RunFile> {
	let ended: CommandOutcome | null = null;
	void outcome.then((result) => {
		ended = result;
	});
	for (;;) {
		const runFile = readRunFile(dataDir);
		if (runFile !== null && runFile.pids.apprun === child.pid) return runFile;
		if (ended !== null) throw new Error(`apprun ended: ${JSON.stringify(ended)}`);
		await sleep(100);
	}
}

/** Tries until `check` gives something, or fails after `patienceMs`. */
export async function eventually<Result>(
	what: string,
	check: () => Promise<Result | null>,
	patienceMs = 100_000,
): Promise<Result> {
	for (const end = Date.now() + patienceMs; Date.now() < end; ) {
		const result = await check();
		if (result !== null) return result;
		await sleep(50);
	}
	throw new Error(`still not after ${patienceMs} ms: ${what}`);
}

/** Processes of the machine that work for a data dir: by argument or environment, without this one. */
export function processesOf(dataDir: string): number[] {
	return readdirSync("/proc")
		.filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
		.filter((pid) => ["cmdline", "environ"].some((file) => readProc(pid, file).includes(dataDir)))
		.map(Number);
}

/** Unix sockets below a folder that somebody listens on. */
export function socketsOf(folder: string): string[] {
	return readFileSync("/proc/net/unix", "utf8")
		.split("\n")
		.map((line) => line.split(/\s+/)[7] ?? "")
		.filter((path) => path.startsWith(folder) && existsSync(path));
}

/** Running children of a process. */
export function childrenOf(pid: number): number[] {
	return readdirSync("/proc")
		.filter((name) => /^\d+$/.test(name))
		.filter((name) => {
			const [state, parent] = readProc(name, "stat")
				.replace(/^.*\) /, "")
				.split(" ");
			return state !== "Z" && Number(parent) === pid;
		})
		.map(Number);
}

/** The command line of a process. */
export function commandOf(pid: number): string {
	return readProc(String(pid), "cmdline").replaceAll("\0", " ");
}

function readProc(pid: string, file: string): string {
	try {
		return readFileSync(join("/proc", pid, file), "utf8");
	} catch {
		return "";
	}
}
