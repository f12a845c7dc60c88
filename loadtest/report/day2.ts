// The second report: who asks (Ory Kratos) and what they may do (Casbin), and what both cost a request.

import { percentile } from "../bench/render-table.ts";
import type { Results } from "../results.ts";
import { header, page, shown, table } from "./markdown.ts";
import { runOf } from "./numbers.ts";
import type { SuiteNumbers } from "./suite-numbers.ts";

const identityCases: Readonly<Record<string, string>> = {
	"jwt-new": "a JWT of Kratos that was never seen: its signature is verified",
	"jwt-known": "a JWT that was verified before",
	"session-cached": "a session token that Kratos was asked about before",
	"session-asked": "a session token, Kratos asked each time",
};

/** day2-auth-integration.md */
export function day2(results: Results, { identity, authorization }: SuiteNumbers): string {
	const login = runOf(results, "login").result;
	const { rates, overhead, delays } = authorization;
	return page(
		header("Day 2: identity and authorization", results),
		"## The question",
		"Do Ory Kratos and Casbin together hold the tenant boundary without being what a request waits for?",
		"## What was built",
		[
			"- The tenant of a person comes from Kratos' `metadata_public`, which only apprun's registration hook writes. Nobody chooses a tenant.",
			"- JWTs are verified in this process; sessions are asked about once and remembered for a short time; a logout ends both on every server process by NOTIFY.",
			"- Downstream goes a token of apprun's own: role, tenant, five minutes at most.",
			"- Casbin decides every table, column and action that an operation touches, before anything is planned, through graphql-shield on root fields.",
		].join("\n"),
		"## Identity",
		`Verifications a second in one process (\`${results.suites["identity"]?.command ?? ""}\`; the owner asks for 1,000):`,
		table(
			["credential", "per second", "µs each"],
			Object.entries(identity).map(([name, rate]) => [
				...[identityCases[name] ?? name, shown(rate, 0)],
				shown(1e6 / rate, 1),
			]),
		),
		`Signing in with a password takes ${shown(login.latency.p50, 0)} ms in the median and ${shown(login.latency.p95, 0)} ms at p95 (${shown(login.offeredPerSecond, 0)}/s, ${login.requests} of them, ${login.failed + login.wrong} errors): Kratos hashes with bcrypt, which is slow on purpose, so signing in is what to scale Kratos for, not requests.`,
		"## Authorization",
		`Decisions a second of CPU time, in a tenant with thousands of rules (\`${results.suites["authorization"]?.command ?? ""}\`; the owner asks for 1,000):`,
		table(
			["decision", "per second"],
			[
				["made before", shown(rates.warm, 0)],
				["made for the first time", shown(rates.cold, 0)],
				["all eight touches of a field, made before", shown(rates.lists, 0)],
			],
		),
		...(overhead.length === 0 ? [] : [overheadText(overhead)]),
		...(delays.length === 0 ? [] : [delayText(delays)]),
		"## Tenants under load",
		tenantTable(results),
		"Each of the five hundred tenants must get its own rows, byte for byte; the runner refuses to report when one gets anything else.",
	);
}

function overheadText(overhead: SuiteNumbers["authorization"]["overhead"]): string {
	const rows = overhead.map(({ rows, without, added }) => [
		...[shown(rows, 0), shown(without, 1), shown(added, 1)],
		`${shown((added / without) * 100, 1)} %`,
	]);
	const text = "What it adds to the execution of a list, µs:";
	return `${text}\n\n${table(["rows", "without", "added", "of it"], rows)}`;
}

function delayText(delays: readonly number[]): string {
	const [middle, late] = [percentile(delays, 50), percentile(delays, 95)];
	return `A changed rule is in force in another process ${shown(middle, 1)} ms after its commit in the median, ${shown(late, 1)} ms at p95.`;
}

function tenantTable(results: Results): string {
	const row = (scenario: string, stream: string, what: string) => {
		const { result } = runOf(results, scenario);
		const { requests, latency } = result.streams[stream] ?? result;
		return [what, shown(requests, 0), shown(latency.p50, 1), shown(latency.p95, 1), shown(latency.p99, 1)];
	};
	return table(
		["", "requests", "p50 ms", "p95 ms", "p99 ms"],
		[
			row("many tenants", "all", "500 tenants in turns, 300/s"),
			row("calm tenant alone", "calm", "one calm tenant, 50/s"),
			row("one noisy tenant", "calm", "the calm tenant, beside a noisy one"),
			row("one noisy tenant", "noisy", "the noisy one, 400 nested lists/s"),
		],
	);
}
