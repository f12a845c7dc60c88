// Decides where the services of a data dir keep their files and as whom they run, so that an unprivileged service user
// can reach everything even when apprun runs as root below a folder that only root may enter.
import { createHash } from "node:crypto";
import {
	chmodSync,
	chownSync,
	existsSync,
	mkdirSync,
	readFileSync,
	realpathSync,
	renameSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { cp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { Observe } from "../observe/observation.ts";
import { runCommand } from "./run-command.ts";
import type { Secrets } from "./secrets.ts";
import { canAccess, findServiceUser, type ServiceUser } from "./service-user.ts";
import { StackError } from "./stack-error.ts";

/** Root's folder for services that cannot be below the data dir. */
const systemDir = "/var/lib/apprun";

/** A unix socket's path is limited to 107 bytes on Linux and 103 elsewhere; `.s.PGSQL.65535` is the longest name. */
const longestSocketDir = 103 - "/.s.PGSQL.65535".length;

/** Where services live. */
export interface Placement {
	/** Null: they run as ourselves. */
	readonly user: ServiceUser | null;
	/** Folder of their files: the data dir, or one that the service user can reach. */
	readonly dir: string;
	/** Short folder for unix sockets; only its owner and root may enter. */
	readonly socketDir: string;
	/** Makes a folder that only the services may enter, and gives its path. */
	ownFolder(name: string): string;
	/** Gives the services a file that `ownFolder` made room for. */
	own(path: string): void;
	/** The path under which the services can run a program: its own, or that of a copy. */
	reachable(program: string): Promise<string>;
	/** Removes what must not outlive the stack. */
	dispose(): void;
}

/** Places the services of an open data dir. */
export async function placeServices(
	dataDir: string,
	serviceUser: string,
	secrets: Secrets,
	observe: Observe,
): Promise<Placement> {
	const user = await findServiceUser(serviceUser);
	const dir = user === null || (await canAccess(user, "x", dataDir)) ? dataDir : systemFolder(dataDir, secrets);
	if (user !== null && dir !== dataDir)
		observe({
			kind: "stack.note",
			message: `User ${user.name}, whom the services run as, cannot reach ${dataDir}; their files are in ${dir}.`,
		});
	const own = (path: string) => {
		if (user !== null) chownSync(path, user.uid, user.gid);
	};
	const makeOwn = (path: string) => {
		mkdirSync(path, { recursive: true, mode: 0o700 });
		chmodSync(path, 0o700);
		own(path);
		return path;
	};
	const inside = join(dir, "sockets");
	const short = Buffer.byteLength(inside) <= longestSocketDir;
	const socketDir = emptyFolder(short ? inside : join(tmpdir(), `apprun-${secrets.instance}`), own);
	return {
		user,
		dir,
		socketDir,
		own,
		ownFolder: (name) => makeOwn(join(dir, name)),
		reachable: (program) => reachable(user, program),
		dispose: () => rmSync(socketDir, { recursive: true, force: true }),
	};
}

function systemFolder(dataDir: string, secrets: Secrets): string {
	const dir = join(systemDir, secrets.instance);
	try {
		makeSystemDir(dir);
		writeFileSync(join(dir, "README"), `Services of the apprun whose data dir is ${dataDir}\n`);
	} catch (error) {
		throw new StackError(
			`The services cannot reach ${dataDir} as an unprivileged user, and ${dir} cannot be made instead.`,
			"Set APPRUN_DATA_DIR to a folder that every user may pass through, or start apprun as an ordinary user.",
			error,
		);
	}
	return dir;
}

function makeSystemDir(dir: string): void {
	mkdirSync(dir, { recursive: true });
	for (const path of [systemDir, dir]) chmodSync(path, 0o755);
}

// Empty, because a killed predecessor leaves its sockets. In the temporary folder everybody may write and the name can be
// guessed, so a folder that somebody else made is not used.
function emptyFolder(path: string, own: (path: string) => void): string {
	rmSync(path, { recursive: true, force: true });
	try {
		mkdirSync(path, { mode: 0o700 });
	} catch (error) {
		throw new StackError(
			`The socket folder ${path} cannot be made.`,
			"Remove it, or set APPRUN_DATA_DIR to a shorter path.",
			error,
		);
	}
	own(path);
	return path;
}

/** A program with the folders beside it that it needs is copied as a whole: `…/native/bin/postgres` as `native`. */
async function reachable(user: ServiceUser | null, program: string): Promise<string> {
	const real = realpathSync(program);
	if (user === null || ((await canAccess(user, "x", real)) && (await canAccess(user, "r", dirname(real))))) return real;
	const whole = basename(dirname(real)) === "bin" && existsSync(join(dirname(real), "..", "share"));
	const source = whole ? join(dirname(real), "..") : real;
	// By content, so that installing the same version again makes no further copy.
	const digest = createHash("sha256").update(readFileSync(real)).digest("hex").slice(0, 12);
	const copies = join(systemDir, "bin");
	const target = join(copies, `${basename(real)}-${digest}`);
	if (!existsSync(target)) {
		makeSystemDir(copies);
		const draft = `${target}.${process.pid}`;
		await cp(source, draft, { recursive: true, verbatimSymlinks: true, force: true });
		await runCommand({ command: "chmod", args: ["-R", "a+rX", draft] });
		renameOnto(draft, target);
	}
	return whole ? join(target, "bin", basename(real)) : target;
}

function renameOnto(draft: string, target: string): void {
	try {
		renameSync(draft, target);
	} catch (error) {
		rmSync(draft, { recursive: true, force: true });
		// Somebody else was first.
		if (!existsSync(target)) throw error;
	}
}
