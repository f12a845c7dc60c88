// `apprun schema diff`: against a file and against another database; clients that break are exit code 1.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { diffSchema } from "../../../src/command/diff-schema.ts";
import { loadConfig } from "../../../src/config/load-config.ts";
import { createDatabase, prepareDatabase, query, type TestDatabase } from "../../support/database.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const tables = `
	create schema api;
	create table api.books (id int primary key, title text, pages int);
	alter table api.books enable row level security;
	grant usage on schema api to apprun_user;
	grant select, insert, update, delete on api.books to apprun_user;`;

let before: TestDatabase;
let after: TestDatabase;
beforeAll(async () => {
	const { database } = inject("stack");
	[before, after] = [await createDatabase(database, "diff_before"), await createDatabase(database, "diff_after")];
	for (const { url } of [before, after]) {
		await prepareDatabase(url, { demo: false });
		await query(url, tables);
	}
});
afterAll(async () => {
	await before?.drop();
	await after?.drop();
});

const configOf = (url: string) => loadConfig({ APPRUN_DATABASE_URL: url });

test("nothing has changed for clients", async () => {
	const { report, compatible } = await diffSchema(configOf(after.url), before.url);
	expect([report, compatible]).toEqual(["The schemas are the same to clients.\n", true]);
});

test("breaking, dangerous and safe changes, the worst first", async () => {
	await query(
		after.url,
		"alter table api.books drop column pages, add column isbn text, add column shelf int not null",
	);
	const { report, compatible } = await diffSchema(configOf(after.url), before.url);
	expect(compatible).toBe(false);
	const lines = report.split("\n");
	expect(lines).toContain("breaking: Book.pages was removed.");
	expect(lines.find((line) => line.includes("shelf on input type BookInput "))).toMatch(/^breaking: /);
	expect(lines.find((line) => line.includes("isbn on input type BookInput "))).toMatch(/^dangerous: /);
	expect(lines).toContain("safe: Book.isbn was added.");
	expect(lines.at(-2)).toMatch(/^\d+ breaking, \d+ dangerous, \d+ safe\.$/);
	const back = await diffSchema(configOf(before.url), after.url);
	expect(back.report).toContain("safe: Book.pages was added.");
});

test("a file that holds no schema is refused with what to name", async () => {
	const file = join(temporaryFolder(), "schema.graphql");
	await writeFile(file, "type Query {");
	await expect(diffSchema(configOf(before.url), file)).rejects.toThrow(`${file} holds no GraphQL schema.`);
});
