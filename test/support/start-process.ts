// `apprun start` as a child process on a data dir of its own: for tests that kill it, or a service of it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { type RunFile, readRunFile } from "../../src/stack/run-file.ts";
import { type Throwaway, throwawayStack } from "./test-stack-config.ts";

export interface StartedProcess {
	/** What run.json says now. */
	run(): RunFile;
	/** Starts it, or starts it again after `kill`; returns when it is ready. */
	start(): Promise<void>;
	/** SIGKILL: it can put nothing in order. */
	kill(): Promise<void>;
	/** Stops it and removes everything. */
	dispose(): Promise<void>;
}

const readyWithinMs = 150_000;

/** Prepares a process; it is started by `start`. */
export function prepareProcess(settings: Readonly<Record<string, string>> = {}): StartedProcess {
	const throwaway: Throwaway = throwawayStack({ APPRUN_DEMO: "on", ...settings });
	const { dataDir } = throwaway.config;
	let child: ChildProcess | null = null;
	const run = () => {
		const file = readRunFile(dataDir);
		if (file === null) throw new Error("apprun is not running");
		return file;
	};
	return {
		run,
		async start() {
			const started = spawn(process.execPath, ["src/main.ts", "start"], {
				env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", ...throwaway.environment },
				stdio: ["ignore", "ignore", "pipe"],
			});
			child = started;
			let said = "";
			started.stderr.setEncoding("utf8").on("data", (text: string) => {
				said = `${said}${text}`.slice(-4000);
			});
			const deadline = performance.now() + readyWithinMs;
			while (readRunFile(dataDir)?.pids.apprun !== started.pid) {
				if (started.exitCode !== null || performance.now() > deadline)
					throw new Error(`apprun did not start:\n${said}`);
				await pause(100);
			}
		},
		async kill() {
			const killed = child;
			child = null;
			if (killed === null || killed.exitCode !== null) return;
			killed.kill("SIGKILL");
			await once(killed, "exit");
		},
		async dispose() {
			if (child !== null && child.exitCode === null) {
				child.kill("SIGTERM");
				await once(child, "exit");
			}
			throwaway.remove();
		},
	};
}
