// `apprun doctor`: tells what keeps the exposed schemas and Kratos from being safe and fast, with what would mend it, and
// which GraphQL names had to give way to others.
import type { Config } from "../config/load-config.ts";
import { AppError } from "../error/app-error.ts";
import { examineKratos, type KratosFinding } from "../identity/kratos/examine-kratos.ts";
import { type Finding, runDoctor } from "../schema/doctor.ts";
import { loadSchema } from "../schema/load-schema.ts";
import { findKratos } from "../stack/find-kratos.ts";
import { findDatabase } from "./find-database.ts";

/** The report, and whether it is free of errors. @throws StackError when there is no database to examine */
export async function examine(config: Config): Promise<{ readonly report: string; readonly healthy: boolean }> {
	const databaseUrl = findDatabase(config);
	const databaseFindings = await runDoctor(databaseUrl, config);
	// Examining exposes nothing, so names are made for every table, also for one that `start` would refuse.
	const { model } = await loadSchema(databaseUrl, { ...config, tablesWithoutRls: "expose" });
	const findings = [...databaseFindings, ...(await examineIdentity(config))];
	const errors = findings.filter(({ severity }) => severity === "error").length;
	const warnings = findings.length - errors;
	const parts = [
		...findings.map(describeFinding),
		...describeNames(model.collisions),
		findings.length === 0 ? "The exposed schemas are as they should be." : `${errors} errors, ${warnings} warnings.`,
	];
	return { report: `${parts.join("\n\n")}\n`, healthy: errors === 0 };
}

/** Kratos' settings, by what it does. Without a Kratos there is nothing to say. */
async function examineIdentity(config: Config): Promise<readonly KratosFinding[]> {
	const kratos = findKratos(config);
	if (kratos === null) return [];
	const { kratosIssuer: issuer, kratosAudience: audience } = config;
	try {
		return await examineKratos({ ...kratos, issuer, audience }, () => {});
	} catch (error) {
		if (!(error instanceof AppError)) throw error;
		const fix = "Start it, or check APPRUN_KRATOS_PUBLIC_URL and APPRUN_KRATOS_ADMIN_URL.";
		return [{ severity: "error", code: "kratos-away", object: "kratos", message: "Kratos cannot be reached.", fix }];
	}
}

/** How names were settled, and how to have another one. */
function describeNames(collisions: readonly string[]): string[] {
	if (collisions.length === 0) return [];
	const mend =
		"A name of your own, such as:\n    comment on table api.orders is E'@name purchases\\nWhat was bought.';";
	return [[...collisions.map((collision) => `name: ${collision}`), `  ${mend}`].join("\n")];
}

function describeFinding({ severity, code, object, message, fix }: Finding | KratosFinding): string {
	const indented = fix
		.trim()
		.split("\n")
		.map((line) => `    ${line}`);
	return [`${severity}: ${object} (${code})`, `  ${message}`, ...indented].join("\n");
}
