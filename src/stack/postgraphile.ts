// Starts PostGraphile as a process of its own on a free loopback port, so that it costs nothing where it is not wanted.
// It runs as ourselves: it reads our packages, which the services' user may not be able to, and is as trusted as we are.
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Config } from "../config/load-config.ts";
import type { PostgraphileSettings } from "../postgraphile/settings.ts";
import type { StackParts } from "./postgres.ts";
import type { PostgrestDatabase } from "./postgrest.ts";
import { probeHttp } from "./probe.ts";
import type { Service } from "./service.ts";
import { StackError } from "./stack-error.ts";
import { startOnFreePorts } from "./start-on-free-ports.ts";

/** The running PostGraphile. */
export interface EmbeddedPostgraphile {
	readonly service: Service;
	/** Its GraphQL endpoint, for requests with a token as PostgREST gets it. */
	readonly url: string;
}

// A compiled package has JavaScript beside this file.
const program = fileURLToPath(new URL(`../postgraphile/main${extname(import.meta.url)}`, import.meta.url));

/** @throws StackError when the package is not installed, or when PostGraphile cannot build its schema */
export async function startPostgraphile(
	config: Config,
	database: PostgrestDatabase,
	parts: StackParts,
): Promise<EmbeddedPostgraphile> {
	refuseWithoutPackage();
	const { hooks, signal } = parts;
	const file = join(config.dataDir, "postgraphile.json");
	const origin = (port: number) => `http://127.0.0.1:${port}`;
	const { service, ports } = await startOnFreePorts(
		1,
		(port = 0) => ({
			name: "postgraphile",
			command: process.execPath,
			args: ["--disable-warning=ExperimentalWarning", program, file],
			env: { NODE_ENV: "production", GRAPHILE_ENV: "production" },
			cwd: "/",
			user: null,
			stopSignal: "SIGTERM",
			stopTimeoutMs: 5_000,
			startTimeoutMs: 60_000,
			prepare: () => {
				const settings: PostgraphileSettings = {
					connectionString: authenticatorUrl(database, parts.secrets.authenticatorPassword),
					pool: config.postgrestPool,
					schemas: config.dbSchemas,
					jwtSecret: database.jwtSecret,
					port,
					maxBodyBytes: config.maxBodyBytes,
				};
				writeFileSync(file, JSON.stringify(settings), { mode: 0o600 });
			},
			probe: () => probeHttp(`${origin(port)}/ready`),
		}),
		hooks,
		signal,
	);
	return { service, url: `${origin(ports[0] ?? 0)}/graphql` };
}

function refuseWithoutPackage(): void {
	try {
		createRequire(import.meta.url).resolve("postgraphile");
	} catch (error) {
		throw new StackError(
			"APPRUN_POSTGRAPHILE needs the npm package postgraphile, which is not installed.",
			"Install the packages with `npm ci`, or leave APPRUN_POSTGRAPHILE off.",
			error,
		);
	}
}

/** Over the unix socket where there is one, as PostgREST connects. */
function authenticatorUrl({ databaseUrl, socketDir }: PostgrestDatabase, password: string): string {
	const url = new URL(databaseUrl);
	url.username = "apprun_authenticator";
	url.password = password;
	if (socketDir !== null) url.searchParams.set("host", socketDir);
	return url.href;
}
