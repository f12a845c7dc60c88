// Watches processes while something is measured: memory once a second, CPU from start to end. Gives both by group.
import { cpuSeconds, type ProcessGroup, pssBytes } from "./bench/processes.ts";

export interface ProcessSamples {
	/** CPU seconds, by group; null: unknown. */
	readonly cpuSeconds: Readonly<Record<string, number | null>>;
	/** Memory over time. */
	readonly memory: readonly MemorySample[];
}

export interface MemorySample {
	/** Seconds since the start. */
	readonly at: number;
	/** PSS in bytes, by group. */
	readonly pssBytes: Readonly<Record<string, number>>;
}

export interface ProcessWatch {
	/** Ends watching; CPU is counted up to here. */
	pause(): void;
	read(): ProcessSamples;
}

const everyMs = 1000;

/** Starts to watch. @param groups several of one name count together, such as the hosts of functions */
export function watchProcesses(groups: () => readonly ProcessGroup[]): ProcessWatch {
	const startedAt = performance.now();
	const before = cpuOf(groups());
	const memory: MemorySample[] = [];
	let after: ReadonlyMap<string, number | null> = before;
	const sample = () => {
		memory.push({ at: (performance.now() - startedAt) / 1000, pssBytes: Object.fromEntries(memoryOf(groups())) });
	};
	const timer = setInterval(sample, everyMs);
	return {
		pause() {
			clearInterval(timer);
			if (memory.length === 0) sample();
			after = cpuOf(groups());
		},
		read: () => ({
			cpuSeconds: Object.fromEntries([...after].map(([name, end]) => [name, difference(end, before.get(name))])),
			memory,
		}),
	};
}

function cpuOf(groups: readonly ProcessGroup[]): Map<string, number | null> {
	return sumByName(groups, cpuSeconds);
}

function memoryOf(groups: readonly ProcessGroup[]): [string, number][] {
	return [...sumByName(groups, pssBytes)].map(([name, bytes]) => [name, bytes ?? 0]);
}

function sumByName(groups: readonly ProcessGroup[], value: (group: ProcessGroup) => number | null) {
	const sums = new Map<string, number | null>();
	for (const group of groups) {
		const own = value(group);
		const known = sums.get(group.name) ?? null;
		sums.set(group.name, own === null ? known : own + (known ?? 0));
	}
	return sums;
}

function difference(end: number | null, start: number | null | undefined): number | null {
	return end === null || start === null || start === undefined ? null : end - start;
}
