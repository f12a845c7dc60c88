// The fourth report: everything under load, in numbers. Every scenario with its thresholds, CPU and memory by process.
import type { OwnRun } from "../own-load.ts";
import { type Results, stagesName } from "../results.ts";
import { soakName } from "../scenarios.ts";
import { header, page, shown, table } from "./markdown.ts";
import { byRate, cpuPerRequest, growthOf, mebibytes, middle, peakOf, runOf, totalOf } from "./numbers.ts";
import { stageBlocks } from "./stages.ts";

/** performance-benchmark.md */
export function benchmark(results: Results): string {
	const growth = growthOf(runOf(results, soakName).result);
	return page(
		header("Performance benchmark", results),
		"## Scenarios of apprun with all its services",
		"Every request is sent when it is due and every answer compared with the right one. `errors`: wrong or missing answers and requests that could not be sent, of all. `broken`: thresholds of k6 that did not hold, of those on errors, rows and p95.",
		scenarioTable(results.own.runs),
		results.own.runs.map(({ scenario, about }) => `- **${scenario}**: ${about}.`).join("\n"),
		brokenList(results.own.runs),
		"`ramp` goes past what the machine can do on purpose: what matters there is that every answer that comes is right.",
		"## The owner's way through it all",
		"One person after another registers, signs in, lists nothing, creates a product, deploys a function and has it process the product:",
		table(
			["step", "median ms", "longest ms"],
			results.own.journey.map(({ name, median, longest }) => [name, shown(median, 1), shown(longest, 1)]),
		),
		"## Memory",
		"PSS in MiB, of each process group when all together were largest:",
		memoryTable(results),
		`Over the soak of ${shown(runOf(results, soakName).result.seconds / 60, 1)} minutes at 500 requests/s: ${shown(mebibytes(growth.first), 0)} MiB in the first ${shown(growth.length, 0)} seconds, ${shown(mebibytes(growth.last), 0)} MiB in the last, ${growth.percent < 0 ? "−" : "+"}${shown(Math.abs(growth.percent), 1)} %.`,
		"![memory over time](memory.svg)",
		"## CPU",
		"Milliseconds of CPU a request, by process, at the highest fixed rate of each question:",
		cpuTable(results),
		"![CPU per request](cpu-per-request.svg)",
		...stageBlocks(results.suites[stagesName]),
		"## Against the others",
		"Latencies by rate and the highest rates are in [day1-postgrest-integration.md](day1-postgrest-integration.md).",
	);
}

function scenarioTable(runs: readonly OwnRun[]): string {
	return table(
		["scenario", "due/s", "answered/s", "p50 ms", "p95 ms", "p99 ms", "p95 asked for", "errors %", "broken"],
		runs.map(({ scenario, latencyMs, result }) => [
			...[scenario, shown(result.offeredPerSecond, 0), shown(result.answeredPerSecond, 0)],
			...[result.latency.p50, result.latency.p95, result.latency.p99].map((value) => shown(value, 1)),
			latencyMs === null ? "–" : `< ${latencyMs}`,
			shown(result.errorRate * 100, 2),
			String(result.broken.length),
		]),
	);
}

function brokenList(runs: readonly OwnRun[]): string {
	const lines = runs.flatMap(({ scenario, result }) =>
		result.broken.map((threshold) => `- ${scenario}: \`${threshold}\``),
	);
	return lines.length === 0 ? "All thresholds held." : `Thresholds that did not hold:\n\n${lines.join("\n")}`;
}

function memoryTable(results: Results): string {
	const groups = Object.keys(results.own.runs[0]?.result.processes.memory[0]?.pssBytes ?? {});
	return table(
		["scenario", ...groups, "together"],
		results.own.runs.map(({ scenario, result }) => {
			const peak = peakOf(result);
			const bytes = [...groups.map((group) => peak.pssBytes[group] ?? Number.NaN), totalOf(peak)];
			return [scenario, ...bytes.map((value) => shown(mebibytes(value), 0))];
		}),
	);
}

function cpuTable(results: Results): string {
	const { limitOf, rates, otherRate } = results.effort;
	const groups = ["apprun", "postgraphile", "postgrest", "postgres"];
	const chosen = byRate(results).filter(
		({ question, rate }) => rate === (limitOf.includes(question) ? rates.at(-1) : otherRate),
	);
	return table(
		["question", "way", "requests/s", ...groups],
		chosen.map((each) => [
			...[each.question, each.way, shown(each.rate, 0)],
			...groups.map((group) =>
				shown(
					middle(each, (result) => cpuPerRequest(result)[group] ?? Number.NaN),
					2,
				),
			),
		]),
		2,
	);
}
