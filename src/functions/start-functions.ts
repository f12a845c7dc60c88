// Builds the stage from the settings: hosts, sandbox, registry, log. Takes where the database is; refuses to start when
// no host process or no connection can be had.
import { Pool } from "pg";
import type { Config } from "../config/load-config.ts";
import type { Observe } from "../observe/observation.ts";
import { createFunctions, type Functions } from "./functions.ts";
import { createSandboxRunner } from "./sandbox-runner.ts";
import { HostLost } from "./spawn-host.ts";
import { type FunctionHosts, type StartHostsOptions, startHosts } from "./start-hosts.ts";

export interface StartFunctionsOptions {
	readonly config: Config;
	/** Of the role that owns schema apprun. */
	readonly databaseUrl: string;
	/** Unprivileged user of the hosts when apprun runs as root; null: as ourselves. */
	readonly user: { readonly uid: number; readonly gid: number } | null;
	readonly observe: Observe;
}

/** Connections of the registry and the log; invocations need none while what they need is remembered. */
const connections = 4;

/** @throws HostLost, or what pg throws */
export async function startFunctions(options: StartFunctionsOptions): Promise<Functions> {
	const { config, databaseUrl, observe } = options;
	const pool = new Pool({ connectionString: databaseUrl, max: connections, application_name: "apprun functions" });
	// An idle connection that breaks is replaced by the next one; without a listener it would end the process.
	pool.on("error", (cause) => observe({ kind: "upstream.failed", service: "postgres", cause }));
	const { hosts, settings } = await startAs(hostSettings(options), observe);
	const sandbox = createSandboxRunner(settings);
	try {
		const functions = await createFunctions({
			pool,
			databaseUrl,
			hosts,
			sandbox,
			moduleBytes: config.functionModuleBytes,
			logRows: config.functionLogRows,
			observe,
		});
		return {
			...functions,
			pids: () => [...hosts.pids(), ...sandbox.pids()],
			async stop() {
				sandbox.stop();
				await functions.stop();
				await pool.end();
			},
		};
	} catch (error) {
		hosts.stop();
		await pool.end();
		throw error;
	}
}

function hostSettings({ config, user, observe }: StartFunctionsOptions): StartHostsOptions {
	return {
		dataDir: config.dataDir,
		user,
		hosts: config.functionHosts,
		hostsMost: config.functionHostsMost,
		running: config.functionHosts,
		runningOfTenant: config.functionTenantRunning,
		startedOfTenant: config.functionTenantCalls,
		queuedOfTenant: config.functionTenantQueue,
		queueMs: config.functionQueueMs,
		observe,
	};
}

/** A user that cannot reach the program or Node.js itself is not used: hosts are confined in other ways, too. */
async function startAs(
	settings: StartHostsOptions,
	observe: Observe,
): Promise<{ hosts: FunctionHosts; settings: StartHostsOptions }> {
	try {
		return { hosts: await startHosts(settings), settings };
	} catch (error) {
		if (settings.user === null || !(error instanceof HostLost)) throw error;
		observe({
			kind: "functions.note",
			message: `Functions run as the user of apprun: the service user cannot reach ${settings.dataDir} or Node.js.`,
		});
		const asOurselves = { ...settings, user: null };
		return { hosts: await startHosts(asOurselves), settings: asOurselves };
	}
}
