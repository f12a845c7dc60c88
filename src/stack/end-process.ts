// Ends a process that is not our child, such as a service whose apprun was killed: gently first, then by force. Refuses
// when it cannot, for instance because it belongs to another user.
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning, type ProcessIdentity } from "./process-identity.ts";
import { StackError } from "./stack-error.ts";

/** How long the gentle signal and SIGKILL are waited for, in ms. */
const gentlePatienceMs = 10_000;
const forcePatienceMs = 5_000;

/**
 * Ends exactly this process, and returns when it is gone.
 * @throws StackError when it cannot be ended
 */
export async function endProcess(target: ProcessIdentity, gently: NodeJS.Signals): Promise<void> {
	if (await endedBy(target, gently, gentlePatienceMs)) return;
	if (await endedBy(target, "SIGKILL", forcePatienceMs)) return;
	throw new StackError(
		`A service that an earlier apprun left behind (pid ${target.pid}) cannot be ended.`,
		`End it with \`kill -9 ${target.pid}\`, as the user who started it, and start again.`,
	);
}

async function endedBy(target: ProcessIdentity, signal: NodeJS.Signals, patienceMs: number): Promise<boolean> {
	if (!isRunning(target)) return true;
	try {
		process.kill(target.pid, signal);
	} catch {
		// Gone in this moment, or not ours to end: the next look tells.
		return !isRunning(target);
	}
	for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += 50) {
		if (!isRunning(target)) return true;
		await sleep(50);
	}
	return false;
}
