// Starts the V8 hosts and what decides who uses them. Takes the settings, gives the runner of kinds `export` and
// `command`; refuses to start when no host process can be had.
import type { Observe } from "../observe/observation.ts";
import { HostPool, type PooledHost } from "./host-pool.ts";
import { createHostRunner, type HostRunner } from "./host-runner.ts";
import { fixedLimits, highestMemoryPages } from "./limits.ts";
import { prepareHost } from "./prepare-host.ts";
import { Scheduler, type SchedulerOptions } from "./scheduler.ts";

export interface StartHostsOptions extends SchedulerOptions {
	/** Absolute; the hosts' program is written into it. */
	readonly dataDir: string;
	/** Unprivileged user of the hosts when the server runs as root; it must be able to enter `dataDir`. */
	readonly user: { readonly uid: number; readonly gid: number } | null;
	readonly hosts: number;
	readonly hostsMost: number;
	readonly observe: Observe;
}

export interface FunctionHosts {
	readonly runner: HostRunner;
	readonly pids: () => readonly number[];
	/** Refuses what waits and ends every host. */
	readonly stop: () => void;
}

/** @throws HostLost when not even one host starts */
export async function startHosts(options: StartHostsOptions): Promise<FunctionHosts> {
	const program = await prepareHost(options.dataDir);
	const pool = new HostPool({
		program,
		memoryPages: highestMemoryPages,
		tableEntries: fixedLimits.tableEntries,
		user: options.user,
		size: options.hosts,
		most: Math.max(options.hostsMost, options.hosts + 1),
		observe: options.observe,
		onIdle: () => scheduler.dispatch(),
	});
	const scheduler = new Scheduler<PooledHost>(pool, options);
	await pool.start();
	return {
		runner: createHostRunner(scheduler),
		pids: () => pool.pids,
		stop: () => {
			scheduler.stop();
			pool.stop();
		},
	};
}
