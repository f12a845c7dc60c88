// Writes a folder of files so that an interrupted run leaves the old ones or the new ones, never half of one: everything is
// written beside its place, then moved there. Files of an earlier run that are not written any more go.
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const draftEnding = ".new";

/** @param files names → text */
export function writeFiles(folder: string, files: ReadonlyMap<string, string>): void {
	mkdirSync(folder, { recursive: true });
	const drafts = [...files].map(([name, text]) => {
		const path = join(folder, name);
		writeFileSync(path + draftEnding, text);
		return path;
	});
	// From here on nothing waits, so no signal is handled in between.
	for (const path of drafts) renameSync(path + draftEnding, path);
	for (const name of readdirSync(folder)) if (!files.has(name)) rmSync(join(folder, name));
}
