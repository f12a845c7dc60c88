// Imports run one way: at run time a stage uses later stages only; of earlier ones and of its neighbours it knows no more
// than types. (Biome cannot tell a type from a value here, and dependency-cruiser cannot read TypeScript 7.)
import { globSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** The path of a request, first to last. Folders in one line are neighbours: they do not use each other. */
const order = [
	["src/main.ts"],
	["src/command"],
	["src/app.ts"],
	["src/server"],
	["src/identity", "src/operation"],
	["resolvers", "src/federation"],
	["src/authorization", "src/plan", "src/source", "src/response", "src/functions", "src/postgraphile"],
	["src/schema", "src/stack"],
	["src/observe", "src/config", "src/error"],
];

const files = globSync(["src/**/*.ts", "resolvers/**/*.ts"], { cwd: root }).sort();

/** `src/plan/nodes.ts` → `src/plan`, `resolvers/data.ts` → `resolvers`. */
const stageOf = (file: string) =>
	file
		.split("/")
		.slice(0, file.startsWith("src/") ? 2 : 1)
		.join("/");

const placeOf = (stage: string) => order.findIndex((stages) => stages.includes(stage));

/** Files of the project that a source uses at run time: imports that type stripping leaves, re-exports among them. */
function usedBy(file: string, source: string): string[] {
	const imports = stripTypeScriptTypes(source).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["'](\.[^"']+)["']/g);
	return [...imports].map(([, specifier = ""]) => join(dirname(file), specifier));
}

function objections(file: string, source: string): string[] {
	const from = stageOf(file);
	return usedBy(file, source)
		.filter((used) => stageOf(used) !== from && placeOf(stageOf(used)) <= placeOf(from))
		.map((used) => `${file} uses ${used}`);
}

test("every file belongs to a stage", () => {
	expect(files.filter((file) => placeOf(stageOf(file)) === -1)).toEqual([]);
	expect(files.length).toBeGreaterThan(100);
});

test("no file uses an earlier stage or a neighbour at run time", () => {
	expect(files.flatMap((file) => objections(file, readFileSync(join(root, file), "utf8")))).toEqual([]);
});

describe("what counts", () => {
	test.each([
		['import { execute } from "../operation/execute.ts";', 1],
		['import { type Run, execute } from "../operation/execute.ts";', 1],
		['export * from "../operation/execute.ts";', 1],
		['const late = await import("../operation/execute.ts");', 1],
		['import "../operation/execute.ts";', 1],
		['import { compile } from "../source/postgrest/compile.ts";', 1],
		['import { openApp } from "../../test/support/open-app.ts";', 1],
		['import type { Run } from "../operation/execute.ts";', 0],
		['export type { Run } from "../operation/execute.ts";', 0],
		['import { enumNames } from "../schema/enum-names.ts";', 0],
		['import { other } from "./other.ts";', 0],
		['import { parse } from "graphql";', 0],
	])("in src/plan: %s", (source, count) => {
		expect(objections("src/plan/probe.ts", source)).toHaveLength(count);
	});
});
