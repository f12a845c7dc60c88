// The owner's criteria, each with what was measured, whether it holds, and the command that measures it.

import type { Results } from "../results.ts";
import { soakName } from "../scenarios.ts";
import { mostErrors } from "../thresholds.ts";
import { shown } from "./markdown.ts";
import { growthOf, mebibytes, peakOf, runOf, totalOf } from "./numbers.ts";
import type { SuiteNumbers } from "./suite-numbers.ts";

export interface Criterion {
	readonly criterion: string;
	readonly measured: string;
	readonly holds: boolean;
	readonly command: string;
}

/** What the owner asked for at first. */
export function ownersCriteria(results: Results, numbers: SuiteNumbers): Criterion[] {
	return [
		...underLoad(results, numbers),
		...withoutLoad(results, numbers),
		...identityAndPermission(results, numbers),
		...functions(results, numbers),
		...footprint(results),
	];
}

const commandOf = ({ suites }: Results, suite: string): string => suites[suite]?.command ?? "";

function underLoad(results: Results, { steady }: SuiteNumbers): Criterion[] {
	const { result } = runOf(results, "mixed");
	const list = runOf(results, "list at 500").result;
	const slowest = steady.toSorted((one, other) => other.p95 - one.p95)[0];
	return [
		{
			criterion: "p95 of an API call < 200 ms at 500+ requests/s, errors < 0.1 %",
			measured: `p95 ${shown(result.latency.p95, 1)} ms at ${shown(result.answeredPerSecond, 0)}/s (mixed reads and writes), errors ${shown(result.errorRate * 100, 2)} %`,
			holds: result.latency.p95 < 200 && result.errorRate < mostErrors && result.offeredPerSecond >= 500,
			command: results.command,
		},
		{
			criterion: "p95 < 100 ms with 100 connections, errors 0",
			measured: `p95 ${shown(slowest?.p95, 1)} ms for ${slowest?.name ?? "–"}, the slowest of ${steady.map(({ name }) => name).join(", ")}, each connection sending as fast as it is answered; errors ${steady.reduce((sum, { errors }) => sum + errors, 0)}. At 500/s over 100 connections: p95 ${shown(list.latency.p95, 1)} ms`,
			holds: (slowest?.p95 ?? Number.NaN) < 100 && steady.every(({ errors }) => errors === 0),
			command: commandOf(results, "data"),
		},
	];
}

function withoutLoad(results: Results, { unloaded }: SuiteNumbers): Criterion[] {
	const ours = unloaded.filter(({ target }) => target === "apprun");
	const cold = Math.max(...ours.map(({ first }) => first));
	const warm = Math.max(...ours.map((each) => each.median));
	return [
		{
			criterion: "< 50 ms without load",
			measured: `the very first ${shown(cold, 1)} ms, connection included; later ones ${shown(warm, 1)} ms in the median of the slowest case`,
			holds: cold < 50 && warm < 50,
			command: commandOf(results, "data"),
		},
	];
}

function identityAndPermission(results: Results, { identity, authorization }: SuiteNumbers): Criterion[] {
	const known = identity["jwt-new"] ?? Number.NaN;
	const session = identity["session-cached"] ?? Number.NaN;
	const { cold, warm } = authorization.rates;
	return [
		{
			criterion: "> 1,000 identity verifications/s",
			measured: `${shown(known, 0)}/s of JWTs that were never seen, signature verified; ${shown(session, 0)}/s of sessions that are remembered`,
			holds: known > 1000 && session > 1000,
			command: commandOf(results, "identity"),
		},
		{
			criterion: "> 1,000 permission checks/s",
			measured: `${shown(cold, 0)}/s decided for the first time, ${shown(warm, 0)}/s decided before`,
			holds: cold > 1000 && warm > 1000,
			command: commandOf(results, "authorization"),
		},
	];
}

/** Hot is a module that a host has seen; a fresh instance each time all the same. */
const hotCall = "hot add, Rust";

function functions(results: Results, { functions: { hosts } }: SuiteNumbers): Criterion[] {
	const hot = hosts.calls[hotCall];
	return [
		{
			criterion: "WebAssembly: cold start < 100 ms",
			measured: `p95 ${shown(hosts.cold.p95, 2)} ms, p50 ${shown(hosts.cold.p50, 2)} ms`,
			holds: hosts.cold.p95 < 100,
			command: commandOf(results, "functions"),
		},
		{
			criterion: "WebAssembly: hot call < 1 ms",
			measured: `p95 ${shown(hot?.p95, 3)} ms, p50 ${shown(hot?.p50, 3)} ms, in a process of its own, a fresh instance each time`,
			holds: (hot?.p95 ?? Number.NaN) < 1,
			command: commandOf(results, "functions"),
		},
	];
}

function footprint(results: Results): Criterion[] {
	const peak = Math.max(
		...["mixed", "list at 500", soakName].map((name) => mebibytes(totalOf(peakOf(runOf(results, name).result)))),
	);
	const steps = results.own.journey.map(({ name, median }) => `${name} ${shown(median, 0)}`).join(", ");
	return [
		{
			criterion: "all core services together < 512 MB",
			measured: `${shown(peak, 0)} MiB (PSS) at most at 500 requests/s: apprun, Postgres, PostgREST, Kratos, hosts of functions`,
			holds: peak < 512,
			command: results.command,
		},
		{
			criterion: "register → login → list → create → deploy → invoke works",
			measured: `every answer right; median ms: ${steps}`,
			holds: results.own.journey.length === 6,
			command: results.command,
		},
	];
}

/** Cases that the target names. */
const comparedCases = ["list", "nested", "by id", "create"];

/** What was asked for beyond the floor. */
export function higherTargets(results: Results, numbers: SuiteNumbers): Criterion[] {
	const growth = growthOf(runOf(results, soakName).result);
	const peak = mebibytes(totalOf(peakOf(runOf(results, "list at 500").result)));
	const warm = numbers.unloaded.filter(({ target }) => target === "apprun").map((each) => each.median);
	return [
		...numbers.steady
			.filter(({ name }) => comparedCases.includes(name))
			.map(({ name, ratio }) => ({
				criterion: `${name}: ≥ 0.85 of the requests/s of PostgREST alone, 100 connections`,
				measured: shown(ratio, 2),
				holds: ratio >= 0.85,
				command: commandOf(results, "data"),
			})),
		{
			criterion: "a warm request < 5 ms",
			measured: `${shown(Math.max(...warm), 1)} ms, median of the slowest case`,
			holds: Math.max(...warm) < 5,
			command: commandOf(results, "data"),
		},
		{
			criterion: "memory of all services at 500 requests/s ≤ 448 MB",
			measured: `${shown(peak, 0)} MiB (PSS)`,
			holds: peak <= 448,
			command: results.command,
		},
		{
			criterion: `memory after the soak of ${shown(runOf(results, soakName).result.seconds / 60, 1)} minutes within 5 % of its beginning`,
			measured: `${growth.percent < 0 ? "−" : "+"}${shown(Math.abs(growth.percent), 1)} %`,
			holds: growth.percent <= 5,
			command: results.command,
		},
	];
}
