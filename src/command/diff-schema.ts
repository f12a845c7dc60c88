// `apprun schema diff`: what changes for clients between a schema that they know, in a file or made from another database, and
// the one that the database gives.
import { readFile } from "node:fs/promises";
import { buildSchema, type GraphQLSchema } from "graphql";
import type { Config } from "../config/load-config.ts";
import { compareSchemas, type SchemaChange } from "../schema/compare-schemas.ts";
import { loadSchema } from "../schema/load-schema.ts";
import { StackError } from "../stack/stack-error.ts";
import { findDatabase } from "./find-database.ts";

/**
 * Compares.
 * @param before path of an SDL file, or the URL of a database
 * @returns the report, and whether no client breaks
 * @throws StackError for a file that holds no schema
 */
export async function diffSchema(
	config: Config,
	before: string,
): Promise<{ readonly report: string; readonly compatible: boolean }> {
	const { schema } = await loadSchema(findDatabase(config), config);
	const changes = compareSchemas(await readBefore(config, before), schema);
	return { report: reportOf(changes), compatible: changes.every(({ severity }) => severity !== "breaking") };
}

async function readBefore(config: Config, before: string): Promise<GraphQLSchema> {
	if (/^postgres(ql)?:\/\//.test(before)) return (await loadSchema(before, config)).schema;
	try {
		return buildSchema(await readFile(before, "utf8"));
	} catch (cause) {
		const hint = "Name a file that `apprun schema print` wrote, or the URL of a database.";
		throw new StackError(`${before} holds no GraphQL schema.`, hint, cause);
	}
}

function reportOf(changes: readonly SchemaChange[]): string {
	if (changes.length === 0) return "The schemas are the same to clients.\n";
	const count = (wanted: SchemaChange["severity"]) => changes.filter(({ severity }) => severity === wanted).length;
	const lines = changes.map(({ severity, message }) => `${severity}: ${message}`);
	return `${lines.join("\n")}\n\n${count("breaking")} breaking, ${count("dangerous")} dangerous, ${count("safe")} safe.\n`;
}
