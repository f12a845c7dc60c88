// Where CPU time went, as tables for a person: packages, then functions.
import type { Breakdown, SelfSamples } from "./cpu-profile.ts";
import type { Measurement } from "./measure.ts";
import { decimals, type Table } from "./render-table.ts";

const functionsShown = 25;
const packagesShown = 12;

/** Two tables of what was measured meanwhile. @param of.group the profiled process in the measurement */
export function breakdownTables(
	{ busySamples, functions, packages }: Breakdown,
	of: { readonly name: string; readonly group: string; readonly measured: Measurement },
): Table[] {
	// Only shares are taken from the profile; the CPU time is the system's.
	const cpuMicroseconds = (of.measured.cpuSecondsPer1000[of.group] ?? Number.NaN) * 1000;
	const numbers = ({ samples }: SelfSamples) => {
		const share = samples / busySamples;
		return [decimals(share * 100, 1), decimals(share * cpuMicroseconds, 1)];
	};
	const rate = decimals(of.measured.requestsPerSecond, 0);
	return [
		{
			title: `${of.name}: ${decimals(cpuMicroseconds, 0)} µs of CPU a request, at ${rate} requests/s`,
			columns: ["package", "self %", "µs/req"],
			rows: packages.slice(0, packagesShown).map((each) => [each.name, ...numbers(each)]),
			words: 1,
			notes: ["µs/req: the share in samples of the main thread × the CPU time of the process"],
		},
		{
			title: `${of.name}: functions`,
			columns: ["function", "place", "self %", "µs/req"],
			rows: functions.slice(0, functionsShown).map((each) => [each.name, each.place, ...numbers(each)]),
			words: 2,
			notes: [],
		},
	];
}
