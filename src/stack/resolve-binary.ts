// Finds a pinned Go program: explicit path → PATH → cache → build with Go → official release. Gives its path and tells
// observers where it came from; refuses another version, and says what was tried when there is no way.
import { accessSync, chmodSync, constants, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Observe } from "../observe/observation.ts";
import { buildWithGo, hasGo } from "./build-with-go.ts";
import { downloadRelease } from "./download-release.ts";
import { packageRoot } from "./package-root.ts";
import type { PinnedBinary } from "./pinned-binaries.ts";
import { waitForLock } from "./process-lock.ts";
import { runCommand } from "./run-command.ts";
import { StackError } from "./stack-error.ts";
import { timeStep } from "./time-step.ts";

/** What the search needs beside the program itself. */
export interface ResolveOptions {
	/** Path from the settings, or null. */
	readonly explicitPath: string | null;
	/** Data dir whose bin/ is the cache where the checkout cannot be written. */
	readonly dataDir: string;
	readonly observe: Observe;
	readonly signal?: AbortSignal;
}

/**
 * The path of a program of exactly the pinned version.
 * @throws StackError when the explicit one is another version, or when there is no way to get one
 */
export async function resolveBinary(binary: PinnedBinary, options: ResolveOptions): Promise<string> {
	const found = (path: string, origin: string) => {
		options.observe({ kind: "binary.resolved", binary: `${binary.name} v${binary.version}`, path, origin });
		return path;
	};
	if (options.explicitPath !== null) {
		await refuseOtherVersion(binary, options.explicitPath);
		return found(options.explicitPath, binary.setting);
	}
	const onPath = await findOnPath(binary.name, binary.version, ["version"]);
	if (onPath !== null) return found(onPath, "PATH");
	const cache = cacheFolder(options.dataDir);
	const cached = join(cache, `${binary.name}-v${binary.version}`);
	if (existsSync(cached)) return found(cached, "cache");
	const origin = await makeCached(binary, cached, options);
	return found(cached, origin);
}

/** The absolute path of a program on the PATH that says it has this version, or null. */
export async function findOnPath(
	name: string,
	version: string,
	versionArgs: readonly string[],
): Promise<string | null> {
	const { exitCode, stdout } = await runCommand({ command: "/bin/sh", args: ["-c", 'command -v "$1"', "sh", name] });
	const path = stdout.trim();
	if (exitCode !== 0 || !path.startsWith("/")) return null;
	return isVersion(await versionOf(path, versionArgs), version) ? path : null;
}

async function refuseOtherVersion(binary: PinnedBinary, path: string): Promise<void> {
	const printed = await versionOf(path, ["version"]);
	if (!isVersion(printed, binary.version))
		throw new StackError(
			`${binary.setting} names ${path}, which is not ${binary.name} v${binary.version}${printed === "" ? "" : ` but says: ${printed}`}.`,
			`Name a v${binary.version}, or unset ${binary.setting}.`,
		);
}

/** What a program prints about its version; empty when it cannot be run. */
async function versionOf(path: string, args: readonly string[]): Promise<string> {
	try {
		const { stdout, stderr } = await runCommand({ command: path, args });
		return (`${stdout}${stderr}`.trim().split("\n")[0] ?? "").trim();
	} catch {
		return "";
	}
}

/** Whether one word of what a program printed is the version, with or without a v. */
function isVersion(printed: string, version: string): boolean {
	return printed.split(/\s+/).some((word) => word.replace(/^v/, "") === version);
}

/** `.apprun/bin` of the checkout, so that every data dir shares it, tests included; else the data dir's own. */
function cacheFolder(dataDir: string): string {
	const shared = join(packageRoot, ".apprun", "bin");
	try {
		mkdirSync(shared, { recursive: true });
		accessSync(shared, constants.W_OK);
		return shared;
	} catch {
		// A package that somebody else installed. What they already have in the cache serves all the same.
		const own = join(dataDir, "bin");
		mkdirSync(own, { recursive: true });
		return own;
	}
}

async function makeCached(binary: PinnedBinary, cached: string, options: ResolveOptions): Promise<string> {
	const { observe, signal } = options;
	const title = `${binary.name} v${binary.version}`;
	const waiting = (pid: number) =>
		observe({ kind: "stack.note", message: `Waiting for the apprun with pid ${pid}, which is getting ${title}.` });
	const lock = await waitForLock(`${cached}.lock`, (holder) => waiting(holder.pid), signal);
	const draft = `${cached}.new`;
	try {
		if (existsSync(cached)) return "cache";
		const origin = await obtain(binary, draft, options);
		chmodSync(draft, 0o755);
		renameSync(draft, cached);
		return origin;
	} finally {
		rmSync(draft, { force: true });
		lock.release();
	}
}

/** Builds or downloads; gives how it was obtained. */
async function obtain(binary: PinnedBinary, target: string, { observe, signal }: ResolveOptions): Promise<string> {
	const title = `${binary.name} v${binary.version}`;
	const tried: string[] = [];
	if (await hasGo()) {
		try {
			const step = `build ${title} with Go (only this once; it takes a few minutes)`;
			await timeStep(step, observe, () => buildWithGo(binary, target, signal));
			return "go build";
		} catch (error) {
			signal?.throwIfAborted();
			tried.push((error as Error).message);
		}
	} else tried.push("Go is not installed");
	const release = binary.release;
	if (release === null) tried.push("there is no official release for this machine");
	else
		try {
			await timeStep(`download ${title}`, observe, () => downloadRelease(release, target, signal));
			return "official release";
		} catch (error) {
			signal?.throwIfAborted();
			tried.push((error as Error).message);
		}
	throw new StackError(
		`${title} is needed and could not be had: ${tried.join("; ")}.`,
		`Install Go 1.24 or newer, or set ${binary.setting} to the path of a ${title}.`,
	);
}
