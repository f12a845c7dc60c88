// The PostgREST that a command talks to: the one in the settings, or that of the local stack that runs on the data dir.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config/load-config.ts";
import type { Endpoints } from "../stack/endpoints.ts";
import { readRunFile } from "../stack/run-file.ts";
import { loadSecrets } from "../stack/secrets.ts";

/** How to reach it and what it verifies tokens with. */
export type PostgrestEndpoint = Pick<Endpoints["postgrest"], "url" | "socketPath" | "jwtSecret">;

/** Null where none is set and none runs here. */
export function findPostgrest(config: Config): PostgrestEndpoint | null {
	const found = config.postgrestUrl ?? readRunFile(config.dataDir)?.postgrest;
	const jwtSecret = config.jwtSecret ?? storedSecret(config.dataDir);
	if (found === undefined || jwtSecret === null) return null;
	return found.startsWith("unix:")
		? { url: "http://postgrest", socketPath: found.slice("unix:".length), jwtSecret }
		: { url: found, socketPath: null, jwtSecret };
}

function storedSecret(dataDir: string): string | null {
	return existsSync(join(dataDir, "secrets.json")) ? loadSecrets(dataDir).jwtSecret : null;
}
