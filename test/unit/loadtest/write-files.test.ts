// Reports are written all or not at all.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeFiles } from "../../../loadtest/write-files.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

test("replaces what was there, and leaves nothing of an earlier run", () => {
	const folder = temporaryFolder();
	writeFiles(
		folder,
		new Map([
			["a.md", "old"],
			["b.md", "old"],
		]),
	);
	writeFiles(folder, new Map([["a.md", "new"]]));
	expect(readdirSync(folder)).toEqual(["a.md"]);
	expect(readFileSync(join(folder, "a.md"), "utf8")).toBe("new");
});

test("what cannot be written leaves the old files whole", () => {
	const folder = temporaryFolder();
	writeFileSync(join(folder, "a.md"), "old");
	// A folder in the place of the second draft.
	mkdirSync(join(folder, "b.md.new"));
	expect(() =>
		writeFiles(
			folder,
			new Map([
				["a.md", "new"],
				["b.md", "new"],
			]),
		),
	).toThrow();
	expect(readFileSync(join(folder, "a.md"), "utf8")).toBe("old");
});
