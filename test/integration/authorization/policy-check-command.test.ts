// `apprun policy check` says from the command line what a role may run, why, and what to change; it runs nothing.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { query } from "../../support/database.ts";

let folder: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), "apprun-policy-check-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function check(text: string, ...options: string[]) {
	const file = join(folder, "query.graphql");
	writeFileSync(file, text);
	const { status, stdout, stderr } = spawnSync(
		process.execPath,
		[join(import.meta.dirname, "../../../src/main.ts"), "policy", "check", file, ...options],
		{
			encoding: "utf8",
			env: { PATH: process.env["PATH"], APPRUN_DATABASE_URL: inject("stack").database, APPRUN_DATA_DIR: folder },
		},
	);
	return { status, stdout, stderr };
}

test("a query that a reader may not run, with every decision and what to change", () => {
	const { status, stdout, stderr } = check("{ customers { name email } }", "--as", "reader", "--tenant", "acme");
	expect(stderr).toBe("");
	expect(stdout).toContain("reader in acme may not run this.");
	expect(stdout).toMatch(/yes +select +data:api\/customers +\(p, role:reader, \*, data:\*, select, allow\)/);
	expect(stdout).toMatch(
		/NO +select +data:api\/customers\/email +\(p, role:reader, \*, data:api\/customers\/email, select, deny\)/,
	);
	expect(stdout).toContain("What an admin could change:");
	expect(status).toBe(1);
});

test("one that an owner may run, by variables and operation name", () => {
	const { status, stdout } = check(
		"query a { customers { name } } mutation b($input: TagInput!) { createTag(input: $input) { id } }",
		...["--as", "owner", "--tenant", "11111111-1111-4111-8111-111111111111", "--operation", "b"],
		...["--variables", '{"input": {"name": "made by a check"}}'],
	);
	expect(stdout).toContain("may run this.");
	expect(stdout).toContain("data:api/tags/name");
	expect(status).toBe(0);
});

test("it has run nothing", async () => {
	expect(await query(inject("stack").database, "select from api.tags where name = 'made by a check'")).toEqual([]);
});

test.each<[string, string[], RegExp]>([
	["{ customers { nme } }", ["--as", "reader", "--tenant", "acme"], /Cannot query field "nme"/],
	["{ customers {", ["--as", "reader", "--tenant", "acme"], /Syntax Error/],
	["{ customers { name } }", ["--as", "reader", "--tenant", "acmee"], /no tenant acmee/],
	["{ customers { name } }", ["--as", "reader"], /--tenant/],
	["{ customers { name } }", ["--as", "reader", "--tenant", "acme", "--variables", "[]"], /no JSON object/],
	["query ($id: UUID!) { customer(id: $id) { name } }", ["--as", "reader", "--tenant", "acme"], /\$id/],
])("%s %j is refused clearly", (text, options, message) => {
	const { status, stdout, stderr } = check(text, ...options);
	expect(stderr).toMatch(message);
	expect(stderr).not.toMatch(/\n {4}at /);
	expect(stdout).toBe("");
	expect(status).toBe(1);
});

test("nobody signed in", () => {
	const { status, stdout } = check("{ __typename customers { name } }", "--as", "anonymous");
	expect(stdout).toContain("anonymous may not run this.");
	expect(stdout).toContain("__typename: allowed");
	expect(status).toBe(1);
});
