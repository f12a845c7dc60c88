// `apprun doctor`: tells what keeps the exposed schemas from being safe and fast, with the SQL that would mend it, and
// which GraphQL names had to give way to others.
import type { Config } from "../config/load-config.ts";
import { type Finding, runDoctor } from "../schema/doctor.ts";
import { loadSchema } from "../schema/load-schema.ts";
import { findDatabase } from "./find-database.ts";

/** The report, and whether it is free of errors. @throws StackError when there is no database to examine */
export async function examine(config: Config): Promise<{ readonly report: string; readonly healthy: boolean }> {
	const databaseUrl = findDatabase(config);
	const findings = await runDoctor(databaseUrl, config);
	// Examining exposes nothing, so names are made for every table, also for one that `start` would refuse.
	const { model } = await loadSchema(databaseUrl, { ...config, tablesWithoutRls: "expose" });
	const errors = findings.filter(({ severity }) => severity === "error").length;
	const warnings = findings.length - errors;
	const parts = [
		...findings.map(describeFinding),
		...model.collisions.map((collision) => `name: ${collision}`),
		findings.length === 0 ? "The exposed schemas are as they should be." : `${errors} errors, ${warnings} warnings.`,
	];
	return { report: `${parts.join("\n\n")}\n`, healthy: errors === 0 };
}

function describeFinding({ severity, code, object, message, fix }: Finding): string {
	const indented = fix
		.trim()
		.split("\n")
		.map((line) => `    ${line}`);
	return [`${severity}: ${object} (${code})`, `  ${message}`, ...indented].join("\n");
}
