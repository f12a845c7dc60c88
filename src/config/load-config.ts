// Takes the environment, gives one frozen Config; refuses an unknown APPRUN_* key and a value that does not parse, each
// by name, all at once. The only reader of process.env.
import { resolve } from "node:path";
import { suggestionList } from "graphql/jsutils/suggestionList.js";
import type { z } from "zod";
import type { ConfigKey } from "./config-key.ts";
import { configKeys } from "./keys.ts";

type Values = { readonly [Name in keyof typeof configKeys]: z.infer<(typeof configKeys)[Name]["schema"]> };

/** All settings. Secrets are in it: never log it whole. */
export interface Config extends Values {
	/** NODE_ENV is `production`: no development conveniences. */
	readonly production: boolean;
}

/** Settings that cannot be used; `problems` has one line for each. */
export class ConfigError extends Error {
	readonly problems: readonly string[];

	constructor(problems: readonly string[]) {
		super(`The configuration cannot be used:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
		this.name = "ConfigError";
		this.problems = problems;
	}
}

/**
 * Reads the configuration.
 * @param environment the variables to read, by default those of the process
 * @throws ConfigError naming every unknown key and every bad value
 */
export function loadConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
	const problems: string[] = [];
	const values: Record<string, unknown> = { production: environment["NODE_ENV"] === "production" };
	const known = new Set<string>();
	for (const [name, key] of Object.entries(configKeys) as [string, ConfigKey<unknown>][]) {
		known.add(key.env);
		const given = environment[key.env];
		// An empty variable counts as unset: that is how shells and compose files clear one.
		const text = given === undefined || given === "" ? key.default : given;
		if (text === null) {
			values[name] = null;
			continue;
		}
		const parsed = key.schema.safeParse(text);
		if (parsed.success) values[name] = parsed.data;
		else problems.push(`${key.env}: ${parsed.error.issues.map((issue) => issue.message).join("; ")}`);
	}
	for (const name of Object.keys(environment)) {
		if (name.startsWith("APPRUN_") && !known.has(name)) problems.push(unknownKey(name, known));
	}
	const config = values as unknown as Config;
	if (problems.length === 0) problems.push(...contradictions(config));
	if (problems.length > 0) throw new ConfigError(problems);
	return Object.freeze({ ...config, dataDir: resolve(config.dataDir) });
}

function unknownKey(name: string, known: ReadonlySet<string>): string {
	const [nearest] = suggestionList(name, [...known]);
	return `${name} is not a setting${nearest === undefined ? "" : `; did you mean ${nearest}?`}`;
}

function contradictions(config: Config): string[] {
	const problems: string[] = [];
	if (config.defaultLimit > config.maxLimit) problems.push("APPRUN_DEFAULT_LIMIT is above APPRUN_MAX_LIMIT");
	if (config.postgrestUrl !== null && config.jwtSecret === null)
		problems.push("APPRUN_POSTGREST_URL needs APPRUN_JWT_SECRET, the secret that your PostgREST verifies with");
	problems.push(...kratosContradictions(config));
	if (config.dbSchemas.length === 0) problems.push("APPRUN_DB_SCHEMAS names no schema");
	if (config.dbSchemas.includes("apprun")) problems.push("APPRUN_DB_SCHEMAS must not expose schema apprun");
	return problems;
}

/** A Kratos of one's own is used whole or not at all: half of it would accept sign-ins that nothing can verify. */
function kratosContradictions(config: Config): string[] {
	const { kratosPublicUrl, kratosAdminUrl, kratosJwksUrl, hookSecret, hooksPort } = config;
	if (kratosPublicUrl === null && kratosAdminUrl === null) return [];
	const missing = [
		...(kratosPublicUrl === null ? ["APPRUN_KRATOS_PUBLIC_URL"] : []),
		...(kratosAdminUrl === null ? ["APPRUN_KRATOS_ADMIN_URL"] : []),
		...(kratosJwksUrl === null ? ["APPRUN_KRATOS_JWKS_URL"] : []),
		...(hookSecret === null ? ["APPRUN_HOOK_SECRET"] : []),
		...(hooksPort === 0 ? ["APPRUN_HOOKS_PORT"] : []),
	];
	return missing.map((name) => `${name} is needed with a Kratos of your own; docs/security.md says what for`);
}
