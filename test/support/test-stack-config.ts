// Configuration and throwaway data dir of a stack that a test starts: free ports, nothing of the developer's settings
// but what the machine needs.
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Config, loadConfig } from "../../src/config/load-config.ts";

/** Where this machine keeps its own programs, and who may run services here. */
const machineSettings = ["APPRUN_KRATOS_BIN", "APPRUN_K6_BIN", "APPRUN_SERVICE_USER"];

export interface Throwaway {
	readonly config: Config;
	/** The same settings as an environment, for a child process. */
	readonly environment: Readonly<Record<string, string>>;
	/** Removes everything; the stack has been stopped. */
	remove(): void;
}

/** A new data dir and the settings of a stack on it. */
export function throwawayStack(settings: Readonly<Record<string, string>> = {}): Throwaway {
	const dataDir = mkdtempSync(join(tmpdir(), "apprun-test-"));
	// As `start` makes it: the unprivileged user of the services may pass through.
	chmodSync(dataDir, 0o711);
	const machine = Object.fromEntries(
		machineSettings.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
	);
	const environment = { ...machine, APPRUN_DATA_DIR: dataDir, APPRUN_PORT: "0", ...settings };
	return {
		config: loadConfig(environment),
		environment,
		remove() {
			// Below a folder that only root may enter, the services' files are elsewhere: src/stack/placement.ts.
			const secrets = join(dataDir, "secrets.json");
			const instance = existsSync(secrets) ? JSON.parse(readFileSync(secrets, "utf8")).instance : null;
			if (typeof instance === "string") rmSync(join("/var/lib/apprun", instance), { recursive: true, force: true });
			// A Postgres that was just killed may still write for a moment.
			rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
		},
	};
}
