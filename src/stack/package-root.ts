// Finds the folder of apprun itself, from sources and from the compiled package alike.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder that holds apprun's package.json, deploy/ and tools/. */
export const packageRoot: string = findPackageRoot(import.meta.dirname);

function findPackageRoot(folder: string): string {
	if (existsSync(join(folder, "package.json"))) return folder;
	const parent = dirname(folder);
	if (parent === folder) throw new Error(`there is no package.json above ${import.meta.dirname}`);
	return findPackageRoot(parent);
}
