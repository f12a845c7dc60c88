// Takes a CPU profile that V8 wrote (`node --cpu-prof`) and a stretch of its time, gives where that time went: functions
// and packages by self time. Format: Chrome DevTools Protocol, Profiler.Profile.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface Profile {
	readonly nodes: readonly {
		readonly id: number;
		readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
	}[];
	/** Microseconds of the monotonic clock. */
	readonly startTime: number;
	/** Node at work, by sample. */
	readonly samples: readonly number[];
	/** Microseconds from the sample before to this one. */
	readonly timeDeltas: readonly number[];
}

/** Self time of a function or a package. */
export interface SelfTime {
	readonly name: string;
	/** File and line, from the checkout's root; empty for V8's own. */
	readonly place: string;
	readonly microseconds: number;
}

export interface Breakdown {
	/** All but idling. */
	readonly busyMicroseconds: number;
	/** Most first. */
	readonly functions: readonly SelfTime[];
	readonly packages: readonly SelfTime[];
}

/** Reads the profile of the main thread. @throws Error when the process wrote none */
export function readProfile(folder: string): Profile {
	const mainThread = readdirSync(folder).find((name) => /^CPU\.\d+\.\d+\.\d+\.0\.\d+\.cpuprofile$/.test(name));
	if (mainThread === undefined) throw new Error(`There is no CPU profile of a main thread in ${folder}.`);
	return JSON.parse(readFileSync(join(folder, mainThread), "utf8")) as Profile;
}

/** Where the time between two moments went. @param interval microseconds of the monotonic clock */
export function breakDown(profile: Profile, interval: readonly [number, number], root: string): Breakdown {
	const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
	const functions = new Map<string, SelfTime>();
	const packages = new Map<string, SelfTime>();
	let busyMicroseconds = 0;
	let now = profile.startTime;
	for (const [index, delta] of profile.timeDeltas.entries()) {
		now += delta;
		const frame = frames.get(profile.samples[index] ?? 0);
		if (frame === undefined || now < interval[0] || now > interval[1] || frame.functionName === "(idle)") continue;
		const file = frame.url.replace(/^file:\/\//, "").replace(`${root}/`, "");
		const place = file === "" ? "" : `${file}:${frame.lineNumber + 1}`;
		busyMicroseconds += delta;
		add(functions, { name: frame.functionName || "(anonymous)", place, microseconds: delta });
		add(packages, { name: file === "" ? `V8 ${frame.functionName}` : packageOf(file), place: "", microseconds: delta });
	}
	return { busyMicroseconds, functions: mostFirst(functions), packages: mostFirst(packages) };
}

function add(totals: Map<string, SelfTime>, { name, place, microseconds }: SelfTime): void {
	const key = `${name} ${place}`;
	totals.set(key, { name, place, microseconds: microseconds + (totals.get(key)?.microseconds ?? 0) });
}

function mostFirst(totals: ReadonlyMap<string, SelfTime>): SelfTime[] {
	return [...totals.values()].sort((one, other) => other.microseconds - one.microseconds);
}

/** A package of node_modules, a module of Node, or a folder of ours. */
function packageOf(file: string): string {
	const [, installed] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file) ?? [];
	if (installed !== undefined) return installed;
	if (file.startsWith("node:")) return file.split("/").slice(0, 2).join("/");
	return file.split("/").slice(0, 2).join("/");
}
