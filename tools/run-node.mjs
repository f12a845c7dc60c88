// Runs a script with a given Node, as if it were this process: its output, signals, exit code. For run.mjs (a checkout) and
// apprun.mjs (the installed package); works on any Node from 18.
import { spawn } from "node:child_process";
import { constants as osConstants } from "node:os";
import { delimiter, dirname } from "node:path";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"];

/** @param node path of the Node to run @param given arguments of Node: flags, the script, the script's arguments */
export function runNode(node, given) {
	// Stripping types is what we pinned Node for: a warning at every start would tell nobody anything.
	const args = ["--disable-warning=ExperimentalWarning", ...given];
	return new Promise((resolve, reject) => {
		const path = [dirname(node), process.env.PATH].filter(Boolean).join(delimiter);
		const child = spawn(node, args, { stdio: "inherit", env: { ...process.env, PATH: path } });
		const stopForwarding = forwardSignals(child);
		const stopWatching = watchNpm(() => child.kill("SIGTERM"));
		child.once("error", (error) => {
			stopForwarding();
			stopWatching();
			refuseOldLibraries();
			reject(new Error(`${node} cannot be started (${error.code}). Remove node_modules and try again.`));
		});
		child.once("exit", (code, signal) => {
			stopForwarding();
			stopWatching();
			if (signal !== null) endBySignal(signal);
			process.exitCode = code ?? 1;
			resolve();
		});
	});
}

/** From a terminal the child has the signal already; it takes the same wish twice for one. */
export function forwardSignals(child) {
	const forward = (signal) => child.kill(signal);
	for (const signal of signals) process.on(signal, forward);
	return () => {
		for (const signal of signals) process.off(signal, forward);
	};
}

/** Somebody may kill npm so that it cannot tell us; nothing should be left behind then either. */
function watchNpm(onGone) {
	if (process.env.npm_lifecycle_event === undefined) return () => {};
	const npm = process.ppid;
	const timer = setInterval(() => process.ppid !== npm && onGone(), 1000);
	return () => clearInterval(timer);
}

/** Ends as the child did, so that whoever waits for us sees the same. */
export function endBySignal(signal) {
	process.exitCode = 128 + osConstants.signals[signal];
	process.kill(process.pid, signal);
}

/** The prebuilt Node, Postgres and PostgREST are linked to glibc. */
export function refuseOldLibraries() {
	if (process.platform !== "linux") return;
	const glibc = process.report?.getReport().header.glibcVersionRuntime;
	const [major = 0, minor = 0] = (glibc ?? "").split(".").map(Number);
	if (glibc === undefined || major < 2 || (major === 2 && minor < 28))
		throw new Error(
			`apprun's prebuilt programs need Linux with glibc 2.28 or newer; this one has ${glibc === undefined ? "another C library (musl?)" : `glibc ${glibc}`}. Use a newer distribution, or deploy/compose.yaml.`,
		);
}
