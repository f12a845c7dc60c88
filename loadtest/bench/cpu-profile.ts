// Takes a CPU profile that V8 wrote (`node --cpu-prof`) and a stretch of its time, gives where the samples of that time fell:
// functions and packages by themselves, without what they call. Samples are counted, not the time between them: a thread that
// waits for a core is not sampled meanwhile. Format: Chrome DevTools Protocol, Profiler.Profile.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Frame {
	/** Such as (idle) or (garbage collector) where no function is at work. */
	readonly functionName: string;
	/** Empty for what is not JavaScript. */
	readonly url: string;
	readonly lineNumber: number;
}

/** A function, called the way that its parents say. */
export interface ProfileNode {
	readonly id: number;
	readonly callFrame: Frame;
	readonly children?: readonly number[];
}

export interface Profile {
	readonly nodes: readonly ProfileNode[];
	/** Microseconds of the monotonic clock. */
	readonly startTime: number;
	/** Node at work, by sample. */
	readonly samples: readonly number[];
	/** Microseconds from the sample before to this one. */
	readonly timeDeltas: readonly number[];
}

/** Samples of a function or a package itself. */
export interface SelfSamples {
	readonly name: string;
	/** File and line, from the checkout's root; empty for V8's own. */
	readonly place: string;
	readonly samples: number;
}

export interface Breakdown {
	/** All but idling. */
	readonly busySamples: number;
	/** Most first. */
	readonly functions: readonly SelfSamples[];
	readonly packages: readonly SelfSamples[];
}

/** Start and end, in microseconds of the monotonic clock. */
export type Interval = readonly [number, number];

/** Reads the profile of the main thread. @throws Error when the process wrote none */
export function readProfile(folder: string): Profile {
	const mainThread = readdirSync(folder).find((name) => /^CPU\.\d+\.\d+\.\d+\.0\.\d+\.cpuprofile$/.test(name));
	if (mainThread === undefined) throw new Error(`There is no CPU profile of a main thread in ${folder}.`);
	return JSON.parse(readFileSync(join(folder, mainThread), "utf8")) as Profile;
}

/** The nodes that samples between two moments fell on, one for each sample, without those of an idle thread. */
export function busyNodes(profile: Profile, [start, end]: Interval): ProfileNode[] {
	const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
	const busy: ProfileNode[] = [];
	let now = profile.startTime;
	for (const [index, delta] of profile.timeDeltas.entries()) {
		now += delta;
		const node = nodes.get(profile.samples[index] ?? 0);
		if (node !== undefined && now >= start && now <= end && node.callFrame.functionName !== "(idle)") busy.push(node);
	}
	return busy;
}

/** Where the samples between two moments fell. */
export function breakDown(profile: Profile, interval: Interval, root: string): Breakdown {
	const functions = new Map<string, SelfSamples>();
	const packages = new Map<string, SelfSamples>();
	const busy = busyNodes(profile, interval);
	for (const { callFrame } of busy) {
		const file = fileOf(callFrame, root);
		const place = file === "" ? "" : `${file}:${callFrame.lineNumber + 1}`;
		count(functions, callFrame.functionName || "(anonymous)", place);
		count(packages, file === "" ? `V8 ${callFrame.functionName}` : packageOf(file), "");
	}
	return { busySamples: busy.length, functions: mostFirst(functions), packages: mostFirst(packages) };
}

/** The file of a frame from the checkout's root, or a module of Node; empty: neither. */
export function fileOf({ url }: Frame, root: string): string {
	return url.replace(/^file:\/\//, "").replace(`${root}/`, "");
}

function count(totals: Map<string, SelfSamples>, name: string, place: string): void {
	const key = `${name} ${place}`;
	totals.set(key, { name, place, samples: 1 + (totals.get(key)?.samples ?? 0) });
}

function mostFirst(totals: ReadonlyMap<string, SelfSamples>): SelfSamples[] {
	return [...totals.values()].sort((one, other) => other.samples - one.samples);
}

/** A package of node_modules, a module of Node, or a folder of ours. */
function packageOf(file: string): string {
	return installedPackage(file) ?? file.split("/").slice(0, 2).join("/");
}

/** The package of node_modules that a file is of; null: none. */
export function installedPackage(file: string): string | null {
	return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? null;
}
