// Opens a data dir for one running apprun: takes its lock (refusing a second start), ends services that a killed
// predecessor left running, and keeps the list of running ones for the next recovery.
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { ServiceName } from "../observe/observation.ts";
import { endProcess } from "./end-process.ts";
import { identifyProcess, type ProcessIdentity, processIdentitySchema } from "./process-identity.ts";
import { tryLock } from "./process-lock.ts";
import { StackError } from "./stack-error.ts";

const childrenSchema = z.record(z.string(), processIdentitySchema);

/** An open, locked data dir. */
export interface DataDir {
	readonly path: string;
	/** Notes which process a service is, or with null that it has ended. */
	noteChild(name: ServiceName, pid: number | null): void;
	/** Gives the data dir back; every service has been stopped. */
	release(): void;
}

/**
 * Opens the data dir, making it when it is missing.
 * @throws StackError when another apprun uses it, or when it cannot be written
 */
export async function openDataDir(path: string): Promise<DataDir> {
	makeFolder(path);
	const attempt = tryLock(join(path, "lock"));
	if (attempt.kind === "busy")
		throw new StackError(
			`The data dir ${path} is in use by the apprun with pid ${attempt.holder.pid}.`,
			"Stop that one first, or give this one a data dir of its own with APPRUN_DATA_DIR.",
		);
	const childrenFile = join(path, "children.json");
	try {
		// As they are stopped in order: SIGINT is Postgres' fast shutdown.
		const orphans = readChildren(childrenFile);
		await Promise.all(orphans.map(([name, child]) => endProcess(child, name === "postgres" ? "SIGINT" : "SIGTERM")));
	} catch (error) {
		attempt.lock.release();
		throw error;
	}
	rmSync(join(path, "run.json"), { force: true });
	const children = new Map<string, ProcessIdentity>();
	return {
		path,
		noteChild(name, pid) {
			const child = pid === null ? null : identifyProcess(pid);
			if (child === null) children.delete(name);
			else children.set(name, child);
			writeFileSync(`${childrenFile}.new`, JSON.stringify(Object.fromEntries(children)), { mode: 0o600 });
			renameSync(`${childrenFile}.new`, childrenFile);
		},
		release() {
			rmSync(childrenFile, { force: true });
			attempt.lock.release();
		},
	};
}

function makeFolder(path: string): void {
	try {
		if (existsSync(path)) return;
		mkdirSync(path, { recursive: true });
		// Services of another user must be able to pass through; what is private inside has its own mode.
		chmodSync(path, process.getuid?.() === 0 ? 0o711 : 0o700);
	} catch (error) {
		throw new StackError(
			`The data dir ${path} cannot be made (${(error as NodeJS.ErrnoException).code}).`,
			"Set APPRUN_DATA_DIR to a folder that you may write.",
			error,
		);
	}
}

function readChildren(file: string): [string, ProcessIdentity][] {
	try {
		return Object.entries(childrenSchema.parse(JSON.parse(readFileSync(file, "utf8"))));
	} catch {
		// Missing after a clean stop; unreadable only when the disk lost it, and then there is nobody to end.
		return [];
	}
}
