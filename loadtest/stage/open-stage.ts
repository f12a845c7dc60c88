// Starts an apprun of the load tests' own on a throwaway data dir with the demo, and says which processes work for it.

import type { Config } from "../../src/config/load-config.ts";
import { packageRoot } from "../../src/stack/package-root.ts";
import { type RunFile, readRunFile } from "../../src/stack/run-file.ts";
import { loadSecrets, type Secrets } from "../../src/stack/secrets.ts";
import type { ProcessGroup } from "../bench/processes.ts";
import { startApprun } from "../bench/start-apprun.ts";

export interface Stage {
	readonly run: RunFile;
	readonly config: Config;
	readonly secrets: Secrets;
	/** apprun and its services, as they are now. */
	groups(): readonly ProcessGroup[];
	/** Ends everything and removes the data dir. */
	stop(): Promise<void>;
}

/** @throws Error with apprun's last words, such as that its port is taken */
export async function openStage(settings: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Stage> {
	const { run, config, stop } = await startApprun({ root: packageRoot, settings, profileDir: null, signal });
	let known = run;
	return {
		run,
		config,
		secrets: loadSecrets(config.dataDir),
		groups() {
			// A restarted service and a replaced host have other pids.
			known = readRunFile(config.dataDir) ?? known;
			return groupsOf(known);
		},
		stop,
	};
}

function groupsOf({ pids }: RunFile): ProcessGroup[] {
	const group = (name: string, pid: number | null, tree: boolean) => (pid === null ? [] : [{ name, pid, tree }]);
	return [
		...group("apprun", pids.apprun, false),
		...group("postgrest", pids.postgrest, false),
		...group("postgres", pids.postgres, true),
		...group("kratos", pids.kratos, true),
		...pids.functionHosts.map((pid) => ({ name: "functions", pid, tree: false })),
	];
}
