// Downloads a program from its official release archive; refuses an archive whose SHA-256 is not the published one.
import { createHash } from "node:crypto";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Release } from "./pinned-binaries.ts";
import { lastLines, runCommand } from "./run-command.ts";

const downloadTimeoutMs = 10 * 60_000;

/**
 * Puts the program of `release` into the file `target`, whose folder exists.
 * @throws Error when something cannot be fetched, is not what was published, or does not unpack
 */
export async function downloadRelease(release: Release, target: string, signal?: AbortSignal): Promise<void> {
	const name = basename(release.archiveUrl);
	const checksums = (await fetchBytes(release.checksumsUrl, signal)).toString("utf8");
	const published = publishedChecksum(checksums, name);
	if (published === null) throw new Error(`${release.checksumsUrl} has no checksum of ${name}`);
	const archive = await fetchBytes(release.archiveUrl, signal);
	const actual = createHash("sha256").update(archive).digest("hex");
	if (actual !== published)
		throw new Error(`${release.archiveUrl} has SHA-256 ${actual}, but ${published} is published: it was not used`);
	const folder = mkdtempSync(join(dirname(target), ".unpack-"));
	try {
		writeFileSync(join(folder, name), archive);
		// bsdtar, which macOS has, unpacks zip as well.
		const unpacked = await runCommand({ command: "tar", args: ["-xf", name, release.member], cwd: folder });
		if (unpacked.exitCode !== 0) throw new Error(`${name} does not unpack: ${lastLines(unpacked)}`);
		renameSync(join(folder, release.member), target);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** The checksum of a file in a list of `sha256  name` lines (a `*` before the name marks binary mode). */
function publishedChecksum(list: string, name: string): string | null {
	for (const line of list.split("\n")) {
		const [checksum, file] = line.trim().split(/\s+\*?/);
		if (file === name && checksum !== undefined && /^[0-9a-f]{64}$/i.test(checksum)) return checksum.toLowerCase();
	}
	return null;
}

async function fetchBytes(url: string, signal?: AbortSignal): Promise<Buffer> {
	const timeout = AbortSignal.timeout(downloadTimeoutMs);
	try {
		const response = await fetch(url, { signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]) });
		if (!response.ok) throw new Error(`HTTP ${response.status}`);
		return Buffer.from(await response.arrayBuffer());
	} catch (error) {
		signal?.throwIfAborted();
		const { message, cause } = error as Error;
		throw new Error(`${url} cannot be fetched: ${cause instanceof Error ? cause.message : message}`, { cause: error });
	}
}
