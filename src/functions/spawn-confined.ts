// Starts a Node.js process that must not be trusted: under Node's permission model, with no environment, no output, a limit
// of CPU time, and gone when its server is.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";

export interface ConfinedProcess {
	/** What follows `node --permission`. */
	readonly arguments: readonly string[];
	/** Where it stands. */
	readonly folder: string;
	/** Unprivileged user to run as; null: as ourselves. */
	readonly user: { readonly uid: number; readonly gid: number } | null;
}

/** CPU seconds after which the kernel ends it whatever it does; the server replaces it well before. */
const cpuSeconds = 600;

/** It speaks over IPC, with structured clones. */
export function spawnConfined({ arguments: given, folder, user }: ConfinedProcess): ChildProcess {
	const node = [process.execPath, "--permission", ...given];
	// A host that outlives its server must not burn a core: the kernel ends it with its parent where setpriv exists, and
	// after its CPU time everywhere.
	const shell = ["-c", `ulimit -c 0; ulimit -t ${cpuSeconds}; exec "$@"`, "sh", ...withParent, ...node];
	return spawn("/bin/sh", shell, {
		env: {},
		cwd: folder,
		stdio: ["ignore", "ignore", "ignore", "ipc"],
		serialization: "advanced",
		// Ctrl-C in a terminal reaches the server, which ends its hosts in order.
		detached: true,
		...(user === null ? {} : { uid: user.uid, gid: user.gid }),
	});
}

const setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].find((path) => existsSync(path));
const withParent = setpriv === undefined ? [] : [setpriv, "--pdeathsig", "KILL", "--no-new-privs"];
