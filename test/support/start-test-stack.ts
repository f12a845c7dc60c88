// Vitest's global setup of the projects that need services: starts one real stack for the whole run, on free ports and a
// throwaway data dir, and stops it at the end, also when the run fails.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { type App, createApp } from "../../src/app.ts";
import { seedPolicies } from "../../src/authorization/seed-policies.ts";
import { createLogger } from "../../src/observe/logger.ts";
import { loadSchema } from "../../src/schema/load-schema.ts";
import { printDataSchema } from "../../src/schema/print-schema.ts";
import { settlePort } from "../../src/stack/settle-port.ts";
import type { Stack } from "../../src/stack/stack.ts";
import { startStack } from "../../src/stack/start-stack.ts";
import type { ProvidedStack } from "./provided-stack.ts";
import { type Throwaway, throwawayStack } from "./test-stack-config.ts";

interface RunningTestStack {
	readonly provided: ProvidedStack;
	stop(): Promise<void>;
}

// One file for several projects, loaded once: the first one starts the stack, the last one stops it.
let users = 0;
let started: Promise<RunningTestStack> | null = null;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
	users += 1;
	started ??= startTestStack();
	const running = await started;
	project.provide("stack", running.provided);
	return async () => {
		users -= 1;
		if (users > 0) return;
		started = null;
		await running.stop();
	};
}

async function startTestStack(): Promise<RunningTestStack> {
	const throwaway = throwawayStack({ APPRUN_METRICS: "on" });
	const config = await settlePort(throwaway.config);
	const observe = createLogger({ level: "warn" });
	const forget = killOnExit(throwaway);
	let stack: Stack | null = null;
	let app: App | null = null;
	try {
		stack = await startStack(config, observe);
		await seedPolicies(stack.endpoints.databaseUrl);
		const { schema } = await loadSchema(stack.endpoints.databaseUrl, config);
		app = await createApp({ config, stack, observe });
		const { url } = await app.listen();
		const { databaseUrl, postgrest, kratos, developmentSecret } = stack.endpoints;
		const provided: ProvidedStack = {
			graphql: url,
			health: new URL("/health/ready", url).href,
			database: databaseUrl,
			postgrest,
			kratos,
			developmentSecret: developmentSecret ?? "",
			dataSchema: printDataSchema(schema),
		};
		return {
			provided,
			async stop() {
				await stopAll(app, stack, throwaway);
				forget();
			},
		};
	} catch (error) {
		await stopAll(app, stack, throwaway);
		throw error;
	}
}

async function stopAll(app: App | null, stack: Stack | null, throwaway: Throwaway): Promise<void> {
	try {
		await app?.close();
	} finally {
		await stack?.stop();
		throwaway.remove();
	}
}

/** Vitest leaves without its teardown when it is interrupted; then there is no time but for this. */
function killOnExit(throwaway: Throwaway): () => void {
	const kill = () => {
		const children = join(throwaway.config.dataDir, "children.json");
		const running = existsSync(children) ? JSON.parse(readFileSync(children, "utf8")) : {};
		for (const { pid } of Object.values<{ pid: number }>(running)) process.kill(pid, "SIGKILL");
		throwaway.remove();
	};
	process.once("exit", kill);
	return () => process.off("exit", kill);
}
