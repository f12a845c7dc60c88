// The database that a command works on: the one in the settings, or that of the local stack that runs on the data dir.
import type { Config } from "../config/load-config.ts";
import { readRunFile } from "../stack/run-file.ts";
import { StackError } from "../stack/stack-error.ts";

/** URL of the owner's connection. @throws StackError when there is none */
export function findDatabase(config: Config): string {
	const url = config.databaseUrl ?? readRunFile(config.dataDir)?.database;
	if (url === undefined)
		throw new StackError(
			`There is no database to work on: no local stack runs on ${config.dataDir}.`,
			"Start it with `npm start`, or set APPRUN_DATABASE_URL.",
		);
	return url;
}
