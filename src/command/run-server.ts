// Runs apprun over a stack until it is told to stop: `start` over the local one, with run.json, `serve` over services of
// your own. Whatever happens, the stack is stopped before it returns.
import { type App, createApp } from "../app.ts";
import { seedPolicies } from "../authorization/seed-policies.ts";
import type { Config } from "../config/load-config.ts";
import { createLogger } from "../observe/logger.ts";
import { type Observe, observeAll } from "../observe/observation.ts";
import { externalStack } from "../stack/external-stack.ts";
import { removeRunFile, writeRunFile } from "../stack/run-file.ts";
import type { Stack } from "../stack/stack.ts";
import { startStack } from "../stack/start-stack.ts";
import { greeting } from "./greeting.ts";
import { aborted, Interrupted, listenForShutdown, type ShutdownSignals } from "./shutdown-signals.ts";

/** Writes a text for the person who gave the command. */
export type Print = (text: string) => void;

/**
 * `apprun start`: the local stack with apprun in front of it. Returns when it has been told to stop and has.
 * @throws StackError, ConfigError or AppError for what a person can mend; Interrupted when stopped while starting
 */
export async function start(config: Config, print: Print): Promise<void> {
	const startedAt = performance.now();
	let keepRunFile = () => {};
	const observe = observeAll([
		createLogger({ level: config.logLevel }),
		// A restarted service, and a replaced host, has a new pid.
		({ kind }) => (kind === "service.ready" || kind === "functions.hostReady") && keepRunFile(),
	]);
	await withShutdown(async (signals) => {
		const stack = await startStack(config, observe, signals.stop);
		const prepare = () => seedPolicies(stack.endpoints.databaseUrl);
		await serveStack({ config, stack, observe, signals, prepare }, (url, app) => {
			const { dataDir } = config;
			const { endpoints } = stack;
			keepRunFile = () => {
				const [pids, functionHosts] = [stack.pids(), app.functionHosts()];
				writeRunFile({ dataDir, graphql: url, endpoints, pids, functionHosts });
			};
			keepRunFile();
			print(greeting({ config, url, endpoints: stack.endpoints, elapsedMs: performance.now() - startedAt }));
		}).finally(() => {
			keepRunFile = () => {};
			removeRunFile(config.dataDir);
		});
	});
}

/**
 * `apprun serve`: apprun in front of services of your own; starts none.
 * @throws ConfigError, AppError for what a person can mend; Interrupted when stopped while starting
 */
export async function serve(config: Config, print: Print): Promise<void> {
	const observe = createLogger({ level: config.logLevel });
	const stack = externalStack(config);
	await withShutdown((signals) =>
		serveStack({ config, stack, observe, signals }, (url) => print(`apprun serves ${url}\n`)),
	);
}

async function withShutdown(work: (signals: ShutdownSignals) => Promise<void>): Promise<void> {
	const signals = listenForShutdown();
	try {
		await work(signals);
	} finally {
		signals.dispose();
	}
}

interface Serving {
	readonly config: Config;
	readonly stack: Stack;
	readonly observe: Observe;
	readonly signals: ShutdownSignals;
	/** What the database needs before it is served. */
	readonly prepare?: () => Promise<void>;
}

async function serveStack(serving: Serving, onReady: (url: string, app: App) => void): Promise<void> {
	const { config, stack, observe, signals, prepare } = serving;
	try {
		await prepare?.();
		const app = await createApp({ config, stack, observe });
		try {
			signals.stop.throwIfAborted();
			onReady((await app.listen()).url, app);
			const reason = await aborted(signals.stop);
			if (!(reason instanceof Interrupted)) throw reason;
		} finally {
			await Promise.race([app.close(), aborted(signals.hurry)]);
		}
	} finally {
		await stack.stop();
	}
}
