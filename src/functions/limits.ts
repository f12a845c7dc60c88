// Every limit of a function in one table: default, maximum, unit. Takes what a deployer asked for, gives the limits of
// the version; refuses more than the maximum, by name.
import { AppError } from "../error/app-error.ts";

export interface FunctionLimits {
	/** Wall-clock time of a call, host calls included, in ms. */
	readonly timeMs: number;
	readonly memoryBytes: number;
	/** Bytes of the input as JSON. */
	readonly inputBytes: number;
	/** Bytes of the output as JSON. */
	readonly outputBytes: number;
	readonly logLines: number;
	/** GraphQL operations in a call. */
	readonly hostCalls: number;
}

interface LimitEntry {
	readonly default: number;
	readonly least: number;
	readonly most: number;
	readonly unit: string;
}

const KiB = 1024;
const MiB = 1024 * KiB;

export const limitTable: Readonly<Record<keyof FunctionLimits, LimitEntry>> = Object.freeze({
	timeMs: { default: 1000, least: 1, most: 30_000, unit: "ms" },
	memoryBytes: { default: 32 * MiB, least: 64 * KiB, most: 64 * MiB, unit: "bytes" },
	inputBytes: { default: 256 * KiB, least: 2, most: MiB, unit: "bytes" },
	outputBytes: { default: 256 * KiB, least: 2, most: MiB, unit: "bytes" },
	logLines: { default: 100, least: 0, most: 1000, unit: "lines" },
	hostCalls: { default: 20, least: 0, most: 100, unit: "calls" },
});

/** Pages of 64 KiB that no function's memory exceeds. */
export const highestMemoryPages: number = limitTable.memoryBytes.most / 65_536;

/** What the modules themselves are held to, and what no function can change. */
export const fixedLimits = Object.freeze({
	tableEntries: 10_000,
	exports: 1000,
	/** Longest compilation and trial instantiation at deploy, in ms. */
	admissionMs: 5000,
	/** Functions that call functions through GraphQL. */
	depth: 3,
	/** Largest GraphQL reply that a guest receives, in bytes. */
	replyBytes: MiB,
});

/** @throws AppError BAD_USER_INPUT naming every limit out of range */
export function resolveLimits(asked: Partial<Record<keyof FunctionLimits, number | null | undefined>>): FunctionLimits {
	const problems: string[] = [];
	const resolved = Object.entries(limitTable).map(([name, { default: fallback, least, most, unit }]) => {
		const value = asked[name as keyof FunctionLimits] ?? fallback;
		if (value < least || value > most) problems.push(`${name} must be from ${least} to ${most} ${unit}`);
		return [name, value];
	});
	if (problems.length > 0)
		throw new AppError("BAD_USER_INPUT", {
			message: `The limits cannot be had: ${problems.join("; ")}.`,
			hint: "Ask for less; what is left out gets its default.",
		});
	return Object.freeze(Object.fromEntries(resolved)) as unknown as FunctionLimits;
}

/** Whole pages within a function's memory limit. */
export const memoryPages = (limits: FunctionLimits): number => Math.floor(limits.memoryBytes / 65_536);
