// Starts the embedded PostgREST in front of a database: API on a unix socket, admin server on a free loopback port.
import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config/load-config.ts";
import { postgrestBinary } from "./npm-binaries.ts";
import { packageRoot } from "./package-root.ts";
import type { StackParts } from "./postgres.ts";
import { probeHttp } from "./probe.ts";
import type { Service } from "./service.ts";
import { startOnFreePorts } from "./start-on-free-ports.ts";

/** The running PostgREST. */
export interface EmbeddedPostgrest {
	readonly service: Service;
	readonly socketPath: string;
	readonly adminUrl: string;
}

/** Which database PostgREST serves. */
export interface PostgrestDatabase {
	/** Any role's URL; the authenticator replaces the role. */
	readonly databaseUrl: string;
	/** Folder of the unix socket of the embedded Postgres; null: over TCP, as the URL says. */
	readonly socketDir: string | null;
	/** HS256 secret that it verifies tokens with. */
	readonly jwtSecret: string;
}

/** Starts PostgREST and waits until it has read the schema. */
export async function startPostgrest(
	config: Config,
	database: PostgrestDatabase,
	parts: StackParts,
): Promise<EmbeddedPostgrest> {
	const { placement, hooks, signal } = parts;
	const program = await placement.reachable(await postgrestBinary(parts.observe));
	const configFile = join(placement.ownFolder("postgrest"), "postgrest.conf");
	copyFileSync(join(packageRoot, "deploy", "postgrest", "postgrest.conf"), configFile);
	placement.own(configFile);
	const socketPath = join(placement.socketDir, "postgrest");
	const adminUrlOf = (port: number) => `http://127.0.0.1:${port}`;
	const { service, ports } = await startOnFreePorts(
		1,
		(port = 0) => ({
			name: "postgrest",
			command: program,
			args: [configFile],
			env: environment(config, database, parts, { socketPath, adminPort: port }),
			cwd: "/",
			user: placement.user,
			stopSignal: "SIGTERM",
			stopTimeoutMs: 5_000,
			startTimeoutMs: 60_000,
			prepare: () => rmSync(socketPath, { force: true }),
			probe: () => probeHttp(`${adminUrlOf(port)}/ready`),
		}),
		hooks,
		signal,
	);
	return { service, socketPath, adminUrl: adminUrlOf(ports[0] ?? 0) };
}

/** What only this machine and these settings know; PostgREST takes it over its configuration file. */
function environment(
	config: Config,
	database: PostgrestDatabase,
	{ secrets }: StackParts,
	own: { readonly socketPath: string; readonly adminPort: number },
): Record<string, string> {
	return {
		PGRST_DB_URI: authenticatorUrl(database),
		PGPASSWORD: secrets.authenticatorPassword,
		PGRST_DB_SCHEMAS: config.dbSchemas.join(","),
		PGRST_DB_POOL: String(config.postgrestPool),
		PGRST_DB_PLAN_ENABLED: String(showsPlans(config)),
		PGRST_JWT_SECRET: database.jwtSecret,
		PGRST_SERVER_UNIX_SOCKET: own.socketPath,
		PGRST_SERVER_UNIX_SOCKET_MODE: "600",
		// The admin server listens here; the API does not, it has its socket.
		PGRST_SERVER_HOST: "127.0.0.1",
		PGRST_ADMIN_SERVER_PORT: String(own.adminPort),
		// Two capabilities and a large allocation area: measured, +17 % requests/s.
		GHCRTS: "-N2 -A16m",
	};
}

function showsPlans({ postgrestPlans, production }: Config): boolean {
	return postgrestPlans === "on" || (postgrestPlans === "development" && !production);
}

/** The password is in PGPASSWORD, which only the same user and root can read, not in arguments that everybody can. */
function authenticatorUrl({ databaseUrl, socketDir }: PostgrestDatabase): string {
	const url = new URL(databaseUrl);
	url.username = "apprun_authenticator";
	url.password = "";
	if (socketDir === null) return url.href;
	const { port, username: user, pathname } = url;
	return `postgresql://${pathname}?${new URLSearchParams({ host: socketDir, port, user })}`;
}
