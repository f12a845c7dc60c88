// Versions of what is measured, as the packages and the suites say.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { postgrestVersion } from "../src/stack/npm-binaries.ts";
import { packageRoot } from "../src/stack/package-root.ts";
import { k6Binary, kratosBinary } from "../src/stack/pinned-binaries.ts";
import type { SuiteResults } from "./run-suites.ts";

/** By name. */
export function versionsOf(suites: Readonly<Record<string, SuiteResults>>): Record<string, string> {
	const postgraphile = readFileSync(join(packageRoot, "node_modules", "postgraphile", "package.json"), "utf8");
	return {
		Postgres: suites["data"]?.versions["Postgres"] ?? "of unknown version",
		PostgREST: postgrestVersion,
		PostGraphile: (JSON.parse(postgraphile) as { version: string }).version,
		Kratos: kratosBinary.version,
		k6: k6Binary.version,
	};
}
