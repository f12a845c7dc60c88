// Runs one program to its end and gives what it printed; a program that cannot be started is a StackError.
import { spawn } from "node:child_process";
import type { ServiceUser } from "./service-user.ts";
import { StackError } from "./stack-error.ts";

/** What to run. */
export interface Command {
	readonly command: string;
	readonly args: readonly string[];
	readonly cwd?: string;
	/** The whole environment of the program; left out, it has ours. */
	readonly env?: Readonly<Record<string, string>>;
	/** Left out or null: as ourselves. */
	readonly user?: ServiceUser | null;
	/** Ends the program. */
	readonly signal?: AbortSignal;
}

export interface CommandResult {
	/** Null when a signal ended it. */
	readonly exitCode: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

/**
 * Runs a program without a shell, with empty standard input.
 * @throws the reason of `signal` when that ended it; StackError when the program cannot be started
 */
export function runCommand({ command, args, cwd, env, user, signal }: Command): Promise<CommandResult> {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, {
			stdio: ["ignore", "pipe", "pipe"],
			...(cwd === undefined ? {} : { cwd }),
			...(env === undefined ? {} : { env }),
			...(user ? { uid: user.uid, gid: user.gid } : {}),
			...(signal === undefined ? {} : { signal }),
		});
		let stdout = "";
		let stderr = "";
		child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
			stdout += chunk;
		});
		child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
			stderr += chunk;
		});
		child.once("error", (error: NodeJS.ErrnoException) =>
			reject(signal?.aborted === true ? signal.reason : cannotRun(command, error)),
		);
		child.once("close", (exitCode) =>
			signal?.aborted === true ? reject(signal.reason) : resolve({ exitCode, stdout, stderr }),
		);
	});
}

/** The last lines of what a failed program said, for a message. */
export function lastLines(result: CommandResult, count = 8): string {
	return `${result.stdout}\n${result.stderr}`
		.split("\n")
		.filter((line) => line.trim() !== "")
		.slice(-count)
		.join("\n");
}

function cannotRun(command: string, error: NodeJS.ErrnoException): StackError {
	if (error.code === "ENOENT")
		return new StackError(
			`${command} cannot be started: it is not there, or a library that it needs is not.`,
			"apprun's prebuilt programs need Linux with glibc 2.28 or newer, or macOS.",
			error,
		);
	if (error.code === "EPERM")
		return new StackError(
			`${command} cannot be started as another user, although apprun runs as root.`,
			"Start apprun as an ordinary user instead.",
			error,
		);
	return new StackError(
		`${command} cannot be started (${error.code ?? error.message}).`,
		"Check its permissions.",
		error,
	);
}
