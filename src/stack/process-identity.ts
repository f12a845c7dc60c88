// Names a process so that a reused pid is not taken for it: pid plus start time. Used by locks and by recovery after
// a killed parent, where signalling the wrong process would be worse than signalling none.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { z } from "zod";

/** A process of this machine, recognisable after its pid has been given to another one. */
export interface ProcessIdentity {
	readonly pid: number;
	/** Opaque; equal only for the same process. */
	readonly startTime: string;
}

export const processIdentitySchema: z.ZodType<ProcessIdentity> = z.object({
	pid: z.number().int().positive(),
	startTime: z.string().min(1),
});

/** The process that has this pid now, or null when there is none (a zombie counts as none). */
export function identifyProcess(pid: number): ProcessIdentity | null {
	const startTime = process.platform === "linux" ? startTimeFromProc(pid) : startTimeFromPs(pid);
	return startTime === null ? null : { pid, startTime };
}

/** Whether exactly this process still runs. */
export function isRunning(identity: ProcessIdentity): boolean {
	return identifyProcess(identity.pid)?.startTime === identity.startTime;
}

// proc_pid_stat(5): the command name stands in parentheses and may hold any byte, so fields are counted from the last
// parenthesis: state is the third field, start time in ticks since boot the twenty-second.
function startTimeFromProc(pid: number): string | null {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
		const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
		const [state, ticks] = [fields[0], fields[19]];
		if (ticks === undefined || state === "Z" || state === "X") return null;
		return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}/${ticks}`;
	} catch {
		return null;
	}
}

function startTimeFromPs(pid: number): string | null {
	try {
		const lines = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
		const [state = "", ...date] = lines.split(/\s+/);
		return date.length === 0 || state.startsWith("Z") ? null : date.join(" ");
	} catch {
		return null;
	}
}
