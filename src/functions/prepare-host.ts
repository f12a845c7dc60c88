// Takes the data folder, gives the host's program as plain JavaScript in a folder of its own: all that a host process
// may read, and that its user can read, wherever apprun is installed. From a checkout the types are stripped here, once,
// which spares every host 200 ms and 14 MB.
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface HostProgram {
	/** Absolute path of the file that a host runs. */
	readonly entry: string;
	/** The only folder that a host reads. */
	readonly folder: string;
}

const here = fileURLToPath(import.meta.url);

/** @param dataDir absolute; in it the folder `host` is written, the same for every server that runs this version */
export async function prepareHost(dataDir: string): Promise<HostProgram> {
	const source = join(dirname(here), "host");
	const folder = join(dataDir, "host");
	await mkdir(folder, { recursive: true, mode: 0o755 });
	// .ts in a checkout, .js in the compiled package.
	const extension = extname(here);
	const files = (await readdir(source)).filter((file) => file.endsWith(extension) && !file.endsWith(".d.ts"));
	await Promise.all(files.map((file) => place(join(source, file), join(folder, `${basename(file, extension)}.js`))));
	await replace(join(folder, "package.json"), '{ "type": "module" }\n');
	return { folder, entry: join(folder, "main.js") };
}

async function place(source: string, target: string): Promise<void> {
	const text = await readFile(source, "utf8");
	if (source.endsWith(".js")) return replace(target, text);
	const code = stripTypeScriptTypes(text);
	await replace(target, code.replace(/(from\s+"\.\/[^"]+)\.ts"/g, '$1.js"'));
}

/** Whole or not at all: another server may read it at the same time. */
async function replace(path: string, text: string): Promise<void> {
	const draft = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
	await writeFile(draft, text, { mode: 0o644 });
	await rename(draft, path);
}
