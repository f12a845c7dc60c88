// The example functions of wasm/, as they are committed.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ModuleKind } from "../../../src/functions/host/protocol.ts";
import { packageRoot } from "../../../src/stack/package-root.ts";

export interface Manifest {
	readonly function: string;
	readonly kind: Uppercase<ModuleKind>;
	readonly source: string;
	readonly module: string;
	readonly compiler: string;
	readonly size: number;
	readonly sha256: string;
}

export interface Example {
	readonly manifest: Manifest;
	readonly kind: ModuleKind;
	readonly bytes: Uint8Array;
}

const folder = join(packageRoot, "wasm");

/** Folder names. */
export const examples: readonly string[] = readdirSync(folder)
	.filter((name) => existsSync(join(folder, name, "manifest.json")))
	.sort();

export function readExample(name: string): Example {
	const manifest = JSON.parse(readFileSync(join(folder, name, "manifest.json"), "utf8")) as Manifest;
	const kind = manifest.kind.toLowerCase() as ModuleKind;
	return { manifest, kind, bytes: new Uint8Array(readFileSync(join(folder, name, manifest.module))) };
}
