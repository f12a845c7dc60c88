// The committed examples: each is what its manifest says, does what its description says, and an AssemblyScript one is
// rebuilt byte for byte.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../../src/stack/package-root.ts";
import { type Example, examples, readExample } from "../../support/functions/examples.ts";
import { startTestHosts, type TestHosts } from "../../support/functions/test-hosts.ts";

let hosts: TestHosts;
beforeAll(async () => {
	hosts = await startTestHosts();
});
afterAll(() => hosts.stop());

test.each(examples)("%s: the module is the one of the manifest, and small", (name) => {
	const { bytes, manifest } = readExample(name);
	expect(createHash("sha256").update(bytes).digest("hex")).toBe(manifest.sha256);
	expect(manifest.size).toBe(bytes.length);
	expect(bytes.length).toBeLessThan(64 * 1024);
	expect(manifest.compiler).toMatch(/\d/);
	expect(readdirSync(join(packageRoot, "wasm", name))).toContain(manifest.source);
	// An absolute path to a source: panics and asserts carry where they were compiled, unless the build maps it away.
	const sources = `(?:${manifest.source.replaceAll(".", "\\.")}|apprun\\.(?:rs|h|ts))`;
	expect(Buffer.from(bytes).toString("latin1")).not.toMatch(new RegExp(`(?<![\\w.-])/(?:[\\w.-]+/)+${sources}`));
});

test("the AssemblyScript examples are rebuilt identically", { timeout: 120_000 }, () => {
	const script = join(packageRoot, "wasm", "build.mjs");
	const names = ["add-assemblyscript", "slugify"];
	const { stdout, status } = spawnSync(process.execPath, [script, "--check", ...names], { encoding: "utf8" });
	expect(status, stdout).toBe(0);
	expect(stdout.match(/ identical /g)).toHaveLength(2);
});

const invoke = (example: Example, input: unknown) =>
	hosts.invoke({ bytes: example.bytes, kind: example.kind, name: example.manifest.function, input });

describe.each(["add-rust", "add-c", "add-assemblyscript"])("%s", (name) => {
	test.each([
		[[1, 2], "3"],
		[[-1, 1], "0"],
		[[2147483647, 1], "-2147483648"],
	])("%j → %s", async (input, output) => {
		expect(await invoke(readExample(name), input)).toMatchObject({ status: "SUCCESS", output });
	});
});

test.each([
	["Crème brûlée & Co.", "creme-brulee-co"],
	["  Hello,   World! ", "hello-world"],
	["Łódź 2026", "lodz-2026"],
	['a"b\\c\nd', "a-b-c-d"],
	["日本", ""],
	["", ""],
	["ß", "s"],
])("slugify %j → %s", async (input, slug) => {
	expect(await invoke(readExample("slugify"), input)).toMatchObject({
		status: "SUCCESS",
		output: JSON.stringify(slug),
	});
});

test("slugify refuses what is no text", async () => {
	expect(await invoke(readExample("slugify"), 5)).toMatchObject({
		status: "FAILED",
		error: {
			code: "FAILED_BY_FUNCTION",
			message: "The function says that it failed: the input must be a JSON string.",
		},
	});
});

test("csv_summary adds up numbers, and leaves text and quoted commas alone", async () => {
	const csv = 'name,price\n"Chair, red",19.5\r\nTable,100\nLamp,\n"say ""hi""",-2\n';
	const result = await invoke(readExample("csv_summary"), csv);
	expect(result).toMatchObject({ status: "SUCCESS" });
	expect(JSON.parse(result.output ?? "")).toEqual({
		rows: 4,
		columns: [
			{ name: "name", filled: 4, numbers: 0 },
			{ name: "price", filled: 3, numbers: 3, sum: 117.5, least: -2, most: 100 },
		],
	});
	expect(await invoke(readExample("csv_summary"), { csv })).toMatchObject({
		status: "FAILED",
		error: { code: "EXIT_CODE" },
		logs: ["the input must be a JSON string that holds CSV"],
	});
});

test("process_product reads, checks and writes through GraphQL", async () => {
	const asked: { query: string; variables: unknown }[] = [];
	const product = (name: string, description: string | null) => async (query: string, variables: string) => {
		asked.push({ query, variables: JSON.parse(variables) });
		return JSON.stringify({ data: query.startsWith("query") ? { product: { id: "1", name, description } } : {} });
	};
	const { bytes } = readExample("process_product");
	const run = (askGraphql: (query: string, variables: string) => Promise<string>) =>
		hosts.invoke({ bytes, name: "process_product", input: { id: 'a"1' }, askGraphql });
	const done = await run(product('Chair \u{1f600} "x"', null));
	expect(done).toMatchObject({ status: "SUCCESS", logs: ['processed a"1'] });
	expect(JSON.parse(done.output ?? "")).toEqual({
		status: "success",
		id: 'a"1',
		name: 'Chair \u{1f600} "x"',
		description: 'Processed: Chair \u{1f600} "x", 3 words, 11 characters',
	});
	expect(asked.map(({ variables }) => variables)).toEqual([
		{ id: 'a"1' },
		{ id: 'a"1', patch: { description: 'Processed: Chair \u{1f600} "x", 3 words, 11 characters' } },
	]);
	expect(await run(product("x", null))).toMatchObject({ error: { message: expect.stringContaining("too short") } });
	expect(await run(async () => '{"data":{"product":null}}')).toMatchObject({
		error: { message: expect.stringContaining("there is no product") },
	});
	expect(await run(async () => '{"errors":[{"message":"no"}]}')).toMatchObject({
		status: "FAILED",
		error: { code: "FAILED_BY_FUNCTION", message: "The function says that it failed: no." },
	});
});
