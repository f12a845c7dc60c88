// A lock file that belongs to a process: taken atomically, and free again when its holder is gone, even killed.
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { identifyProcess, isRunning, type ProcessIdentity, processIdentitySchema } from "./process-identity.ts";

/** A held lock. */
export interface ProcessLock {
	release(): void;
}

/** Either the lock, or who holds it. */
export type LockAttempt =
	| { readonly kind: "locked"; readonly lock: ProcessLock }
	| { readonly kind: "busy"; readonly holder: ProcessIdentity };

let attempts = 0;

/** Takes the lock at `path`, whose folder exists, or tells which running process has it. */
export function tryLock(path: string): LockAttempt {
	const self = identifyProcess(process.pid);
	if (self === null) throw new Error("the own process cannot be found in the process table");
	const content = JSON.stringify(self);
	attempts += 1;
	// A hard link appears whole or not at all, unlike a file that is created and then written.
	const draft = `${path}.${process.pid}.${attempts}`;
	writeFileSync(draft, content, { mode: 0o600 });
	try {
		for (;;) {
			if (linked(draft, path)) return { kind: "locked", lock: { release: () => release(path, content) } };
			const holder = readHolder(path);
			if (holder !== null && isRunning(holder)) return { kind: "busy", holder };
			removeStale(path, holder, `${draft}.stale`);
		}
	} finally {
		rmSync(draft, { force: true });
	}
}

/**
 * Takes the lock, waiting as long as another running process has it.
 * @param onWait called once, with the holder, when there is something to wait for
 */
export async function waitForLock(
	path: string,
	onWait: (holder: ProcessIdentity) => void,
	signal?: AbortSignal,
): Promise<ProcessLock> {
	for (let waited = false; ; waited = true) {
		const attempt = tryLock(path);
		if (attempt.kind === "locked") return attempt.lock;
		if (!waited) onWait(attempt.holder);
		await sleep(200, undefined, signal === undefined ? {} : { signal });
	}
}

function linked(draft: string, path: string): boolean {
	try {
		linkSync(draft, path);
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
		throw error;
	}
}

/** Null: no file any more, or one that holds no process (a crash of the file system): stale in both cases. */
function readHolder(path: string): ProcessIdentity | null {
	try {
		return processIdentitySchema.parse(JSON.parse(readFileSync(path, "utf8")));
	} catch {
		return null;
	}
}

// Two starters may both see a stale file. Renaming takes exactly one file away, and what was taken is looked at again:
// if it is not the one that was judged, its owner took the lock in between, and it goes back.
function removeStale(path: string, judged: ProcessIdentity | null, aside: string): void {
	try {
		renameSync(path, aside);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
		throw error;
	}
	const taken = readHolder(aside);
	if (taken !== null && (taken.pid !== judged?.pid || taken.startTime !== judged.startTime)) linked(aside, path);
	rmSync(aside, { force: true });
}

function release(path: string, content: string): void {
	try {
		if (readFileSync(path, "utf8") === content) rmSync(path, { force: true });
	} catch {
		// Already gone, for instance with its whole folder: nothing to release.
	}
}
