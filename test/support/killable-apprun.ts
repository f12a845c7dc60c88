// `apprun start` as a child process on a data dir of its own, which can be killed and started again on it.
import { once } from "node:events";
import type { RunFile } from "../../src/stack/run-file.ts";
import { readRunFile } from "../../src/stack/run-file.ts";
import { type ApprunProcess, startProcess, untilReady } from "./start-process.ts";
import { throwawayStack } from "./test-stack-config.ts";

export interface KillableApprun {
	/** What run.json says now. */
	run(): RunFile;
	/** Starts it, or starts it again after `kill`; returns when it is ready. */
	start(): Promise<void>;
	/** SIGKILL: it can put nothing in order. */
	kill(): Promise<void>;
	/** Stops it and removes everything. */
	dispose(): Promise<void>;
}

/** Prepares a process; it is started by `start`. */
export function prepareApprun(settings: Readonly<Record<string, string>> = {}): KillableApprun {
	const throwaway = throwawayStack(settings);
	const { dataDir } = throwaway.config;
	let running: ApprunProcess | null = null;
	const end = async (signal: NodeJS.Signals) => {
		const ended = running?.child;
		running = null;
		if (ended === undefined || ended.exitCode !== null || ended.signalCode !== null) return;
		ended.kill(signal);
		await once(ended, "exit");
	};
	return {
		run() {
			const file = readRunFile(dataDir);
			if (file === null) throw new Error("apprun is not running");
			return file;
		},
		async start() {
			running = startProcess(["start"], throwaway.environment);
			await untilReady(running, dataDir);
		},
		kill: () => end("SIGKILL"),
		async dispose() {
			await end("SIGTERM");
			throwaway.remove();
		},
	};
}
