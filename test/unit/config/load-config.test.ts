// The environment becomes one frozen Config; whatever cannot be used is named, all of it at once.
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ConfigError, loadConfig } from "../../../src/config/load-config.ts";

function problemsOf(environment: Record<string, string>): readonly string[] {
	try {
		loadConfig(environment);
	} catch (error) {
		if (error instanceof ConfigError) return error.problems;
		throw error;
	}
	return [];
}

test("nothing set gives the defaults, frozen, with an absolute data dir", () => {
	const config = loadConfig({});
	expect(config).toMatchObject({
		host: "127.0.0.1",
		port: 4000,
		dbSchemas: ["api"],
		databaseUrl: null,
		production: false,
	});
	expect(config.dataDir).toBe(join(process.cwd(), ".apprun"));
	expect(Object.isFrozen(config)).toBe(true);
});

test("an empty variable counts as unset", () => {
	expect(loadConfig({ APPRUN_PORT: "", APPRUN_DATABASE_URL: "" })).toMatchObject({ port: 4000, databaseUrl: null });
});

test("lists are split and trimmed", () => {
	expect(loadConfig({ APPRUN_DB_SCHEMAS: " api , shop,," }).dbSchemas).toEqual(["api", "shop"]);
});

test("NODE_ENV=production is production", () => {
	expect(loadConfig({ NODE_ENV: "production" }).production).toBe(true);
});

test("other variables are none of our business", () => {
	expect(problemsOf({ PATH: "/bin", APPRUNNER: "x", XAPPRUN_PORT: "x" })).toEqual([]);
});

test("every problem is named, not only the first", () => {
	const problems = problemsOf({ APPRUN_PORT: "70000", APPRUN_DEMO: "yes", APPRUN_NONSENSE: "1" });
	expect(problems).toHaveLength(3);
	expect(problems.join("\n")).toMatch(/APPRUN_PORT[\s\S]*APPRUN_DEMO[\s\S]*APPRUN_NONSENSE/);
});

test("an unknown key near a known one gets a hint", () => {
	expect(problemsOf({ APPRUN_POSTGREST_POOLS: "5" })).toEqual([
		"APPRUN_POSTGREST_POOLS is not a setting; did you mean APPRUN_POSTGREST_POOL?",
	]);
});

describe("a value that cannot be used", () => {
	test.each([
		["APPRUN_PORT", "4000x"],
		["APPRUN_PORT", "-1"],
		["APPRUN_PORT", "1e3"],
		["APPRUN_DEMO", "true"],
		["APPRUN_LOG_LEVEL", "verbose"],
		["APPRUN_DATABASE_URL", "localhost:5432"],
		["APPRUN_JWT_SECRET", "too short"],
		["APPRUN_MAX_DEPTH", "0"],
	])("%s=%s is refused by name", (name, value) => {
		const [problem, ...others] = problemsOf({ [name]: value });
		expect(others).toEqual([]);
		expect(problem).toMatch(new RegExp(`^${name}: `));
	});

	test("a secret is not repeated in the message", () => {
		const secret = "hunter2-hunter2";
		expect(problemsOf({ APPRUN_JWT_SECRET: secret }).join()).not.toContain(secret);
		expect(problemsOf({ APPRUN_DATABASE_URL: secret }).join()).not.toContain(secret);
	});
});

describe("settings that contradict each other", () => {
	test("a PostgREST of one's own needs its secret", () => {
		expect(problemsOf({ APPRUN_POSTGREST_URL: "http://127.0.0.1:3000" }).join()).toContain("APPRUN_JWT_SECRET");
	});

	test("schema apprun is never exposed", () => {
		expect(problemsOf({ APPRUN_DB_SCHEMAS: "api,apprun" }).join()).toContain("apprun");
	});

	test("the default page is not larger than the largest", () => {
		expect(problemsOf({ APPRUN_DEFAULT_LIMIT: "50", APPRUN_MAX_LIMIT: "10" })).toHaveLength(1);
	});
});
