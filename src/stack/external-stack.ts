// Takes a configuration that names every service, gives them as a Stack that starts nothing; refuses one that leaves a
// needed service out.
import { type Config, ConfigError } from "../config/load-config.ts";
import type { Endpoints } from "./endpoints.ts";
import { externalKratos } from "./external-kratos.ts";
import { healthOf } from "./health.ts";
import type { Stack } from "./stack.ts";

/**
 * The services of `apprun serve`.
 * @throws ConfigError with everything that is missing
 */
export function externalStack(config: Config): Stack {
	const { databaseUrl, postgrestUrl, jwtSecret } = config;
	const missing: string[] = [];
	if (databaseUrl === null)
		missing.push("APPRUN_DATABASE_URL: serve needs your Postgres, as a role that owns the schema");
	if (postgrestUrl === null) missing.push("APPRUN_POSTGREST_URL: serve needs your PostgREST");
	if (jwtSecret === null) missing.push("APPRUN_JWT_SECRET: serve needs the jwt-secret of your PostgREST");
	if (config.postgraphile !== "off")
		missing.push("APPRUN_POSTGRAPHILE: serve starts no service, so it has no PostGraphile; leave it off, or use start");
	if (databaseUrl === null || postgrestUrl === null || jwtSecret === null || missing.length > 0)
		throw new ConfigError(missing);
	const endpoints: Endpoints = Object.freeze({
		databaseUrl,
		postgrest: { url: postgrestUrl, socketPath: null, adminUrl: config.postgrestAdminUrl, jwtSecret },
		kratos: externalKratos(config),
		// Tokens of `apprun token` are for the local stack only.
		developmentSecret: null,
	});
	return {
		endpoints,
		health: healthOf(endpoints),
		pids: () => ({ postgres: null, postgrest: null, kratos: null, postgraphile: null }),
		stop: async () => {},
	};
}
