// `apprun migrate`: brings a database of your own to this version of apprun. Refuses to run without one: the embedded
// database is migrated by `apprun start`.
import { type Config, ConfigError } from "../config/load-config.ts";
import { createLogger } from "../observe/logger.ts";
import { migrate } from "../stack/migrate.ts";

/** Installs schema apprun, roles and grants. @throws ConfigError without a database; Error with what Postgres refused */
export async function migrateDatabase(config: Config): Promise<void> {
	const { databaseUrl, authenticatorPassword, statementTimeoutMs, logLevel } = config;
	if (databaseUrl === null)
		throw new ConfigError(["APPRUN_DATABASE_URL: migrate needs your database; `apprun start` migrates its own"]);
	await migrate(databaseUrl, { authenticatorPassword, statementTimeoutMs }, createLogger({ level: logLevel }));
}
