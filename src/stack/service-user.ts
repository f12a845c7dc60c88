// Finds the unprivileged system user that the services run as when apprun was started by root (Postgres refuses root);
// refuses a user that does not exist. Asks the kernel, as that user, what it may reach.
import { runCommand } from "./run-command.ts";
import { StackError } from "./stack-error.ts";

/** A system user. */
export interface ServiceUser {
	readonly name: string;
	readonly uid: number;
	readonly gid: number;
}

/** The user to run services as, or null when apprun itself runs as an ordinary user. */
export async function findServiceUser(name: string): Promise<ServiceUser | null> {
	if (process.getuid?.() !== 0) return null;
	const [uid, gid] = await Promise.all([idOf("-u", name), idOf("-g", name)]);
	if (uid === null || gid === null)
		throw new StackError(
			`apprun was started by root, and its services would run as user ${name}, which does not exist here.`,
			"Set APPRUN_SERVICE_USER to an unprivileged user, or start apprun as an ordinary user.",
		);
	if (uid === 0)
		throw new StackError(
			`APPRUN_SERVICE_USER is ${name}, which is root; Postgres refuses to run as root.`,
			"Name an unprivileged user.",
		);
	return { name, uid, gid };
}

async function idOf(option: "-u" | "-g", name: string): Promise<number | null> {
	const { exitCode, stdout } = await runCommand({ command: "id", args: [option, name] });
	return exitCode === 0 ? Number(stdout.trim()) : null;
}

/**
 * Whether the user may do this with the path, every folder above it included.
 * @param access x: enter a folder or run a file; r: read it
 */
export async function canAccess(user: ServiceUser, access: "x" | "r", path: string): Promise<boolean> {
	// From `/`, because the user may not be allowed to stand in our working directory.
	const { exitCode } = await runCommand({
		command: "/bin/sh",
		args: ["-c", `test -${access} "$1"`, "sh", path],
		cwd: "/",
		user,
	});
	return exitCode === 0;
}
