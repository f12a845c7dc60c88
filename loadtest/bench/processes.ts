// CPU time and memory of processes, from /proc (proc_pid_stat(5), proc_pid_smaps(5)): Linux only. A process that is gone
// or may not be looked into counts as unknown.
import { readdirSync, readFileSync } from "node:fs";

/** One process, or one with everything below it. */
export interface ProcessGroup {
	readonly name: string;
	readonly pid: number;
	/** Counts its descendants too, also those that have ended meanwhile. */
	readonly tree: boolean;
}

/** Ticks in a second in /proc: USER_HZ, which is 100 on every system that Node runs on. */
const ticksPerSecond = 100;

interface Stat {
	readonly parent: number;
	readonly ownTicks: number;
	/** Of descendants that have ended and been waited for. */
	readonly endedTicks: number;
}

/** CPU seconds that a group has used so far, user and system. */
export function cpuSeconds({ pid, tree }: ProcessGroup): number | null {
	if (!tree) return ticksOf(pid, false);
	return sum(treeOf(pid).map((each) => ticksOf(each, true)));
}

/** Memory of a group in bytes: shared pages count in parts (PSS), so groups may be added up. */
export function pssBytes({ pid, tree }: ProcessGroup): number | null {
	return sum((tree ? treeOf(pid) : [pid]).map(pssOf));
}

function ticksOf(pid: number, withEnded: boolean): number | null {
	const stat = readStat(pid);
	return stat === null ? null : (stat.ownTicks + (withEnded ? stat.endedTicks : 0)) / ticksPerSecond;
}

function sum(values: readonly (number | null)[]): number | null {
	const known = values.filter((value) => value !== null);
	return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}

function treeOf(root: number): number[] {
	const parents = new Map<number, number[]>();
	for (const name of readdirSync("/proc")) {
		const stat = /^\d+$/.test(name) ? readStat(Number(name)) : null;
		if (stat === null) continue;
		const siblings = parents.get(stat.parent);
		if (siblings === undefined) parents.set(stat.parent, [Number(name)]);
		else siblings.push(Number(name));
	}
	const below = (pid: number): number[] => [pid, ...(parents.get(pid) ?? []).flatMap(below)];
	return below(root);
}

// The command name stands in parentheses and may hold any byte: fields are counted from the last parenthesis, so that
// the parent, the fourth field, is at 1, utime, the fourteenth, at 11.
function readStat(pid: number): Stat | null {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
		const fields = stat
			.slice(stat.lastIndexOf(")") + 2)
			.split(" ")
			.map(Number);
		const at = (index: number) => fields[index] ?? 0;
		return { parent: at(1), ownTicks: at(11) + at(12), endedTicks: at(13) + at(14) };
	} catch {
		return null;
	}
}

function pssOf(pid: number): number | null {
	try {
		const kibibytes = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1];
		return kibibytes === undefined ? null : Number(kibibytes) * 1024;
	} catch {
		return null;
	}
}
