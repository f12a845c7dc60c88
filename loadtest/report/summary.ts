// The fifth report: what was wanted, what came out against each criterion, risks, and what to decide.
import type { Results } from "../results.ts";
import { soakName } from "../scenarios.ts";
import { type Criterion, higherTargets, ownersCriteria } from "./criteria.ts";
import { header, page, shown, table } from "./markdown.ts";
import { mebibytes, peakOf, runOf, totalOf } from "./numbers.ts";
import type { SuiteNumbers } from "./suite-numbers.ts";

/** poc-summary-report.md */
export function summary(results: Results, numbers: SuiteNumbers): string {
	const criteria = ownersCriteria(results, numbers);
	const targets = higherTargets(results, numbers);
	const held = criteria.filter(({ holds }) => holds).length;
	return page(
		header("Summary of the proof of concept", results),
		"## Goals",
		"One GraphQL endpoint over a Postgres that many tenants share: data, functions and identity under one policy, on PostgREST, Ory Kratos, Casbin and WebAssembly; measured, and beside PostGraphile on the same database.",
		"## The owner's criteria",
		`${held} of ${criteria.length} hold.`,
		criteriaTable(criteria),
		"## Targets beyond them",
		criteriaTable(targets),
		"Details: [PostgREST](day1-postgrest-integration.md), [identity and authorization](day2-auth-integration.md), [WebAssembly](day3-wasm-runtime.md), [performance](performance-benchmark.md).",
		"## Four decisions",
		...decisions(results, numbers),
		"## Adjustments to the architecture",
		adjustments(results),
		"## Risks",
		risks(results),
		"## Recommendations and next steps",
		nextSteps(),
	);
}

function criteriaTable(criteria: readonly Criterion[]): string {
	return table(
		["criterion", "measured", "", "command"],
		criteria.map(({ criterion, measured, holds, command }) => [
			...[criterion, measured, holds ? "pass" : "**fail**"],
			`\`${command}\``,
		]),
		4,
	);
}

function decisions(results: Results, { steady, identity, authorization, functions }: SuiteNumbers): string[] {
	const highest = (way: string, question: string) =>
		results.compared.highest.find((each) => each.way === way && each.question === question)?.rate ?? Number.NaN;
	const beside = results.effort.limitOf
		.map((question) => {
			const ratio = highest("apprun", question) / highest("postgraphile", question);
			return `${shown(ratio, 2)} for ${question}`;
		})
		.join(", ");
	const ratios = steady.map(({ name, ratio }) => `${name} ${shown(ratio, 2)}`).join(", ");
	const { hosts } = functions;
	const peak = peakOf(runOf(results, soakName).result);
	return [
		`**1. PostgREST: keep it.** apprun gives ${ratios} of the requests/s of PostgREST alone with 100 connections, and its highest rate is ${beside} of PostGraphile's. What PostgREST buys is that the wall stands in the database and that the SQL is somebody else's, well tested; what it costs is one hop and a process. Where that hop becomes the bottleneck, the plan is already frozen data: a source that speaks SQL can take PostgREST's place behind the same contract.`,
		`**2. Kratos and Casbin: keep both, out of the request's way.** ${shown(identity["jwt-new"], 0)} new JWTs a second are verified without asking Kratos, and ${shown(authorization.rates.warm, 0)} decisions a second come from memory, ${shown(authorization.rates.cold, 0)} at first sight. Asked for every request, neither would do: whoami of Kratos and a linear scan of Casbin were the slowest things in early measurements.`,
		`**3. WebAssembly: V8 hosts, and @wasmer/sdk for sandboxes only.** Hot ${shown(hosts.calls["hot add, Rust"]?.p50, 3)} ms, cold ${shown(hosts.cold.p50, 2)} ms in the median, against ${shown(hosts.calls["csv_summary as SANDBOX, on @wasmer/sdk"]?.p50, 1)} ms for a command on @wasmer/sdk. The alternatives and their published figures are in [day 3](day3-wasm-runtime.md).`,
		`**4. Footprint: one small machine is enough to begin with.** ${shown(mebibytes(totalOf(peak)), 0)} MiB for everything at 500 requests/s on ${results.machine.cores} cores:`,
		table(
			["process", "MiB (PSS)"],
			Object.entries(peak.pssBytes).map(([name, bytes]) => [name, shown(mebibytes(bytes), 0)]),
		),
	];
}

function adjustments(results: Results): string {
	const { result } = runOf(results, "list at 500");
	const cores = Object.values(result.processes.cpuSeconds).reduce<number>((sum, value) => sum + (value ?? 0), 0);
	const used = cores / result.seconds;
	return [
		"- **Cache layer: none yet.** Prepared operations, verified tokens, decisions and compiled modules are remembered in each process, and NOTIFY drops what has changed. A shared cache (Redis) would add a hop to what memory answers, and a second place where a tenant's rows could leak; it pays off for whole answers of public reads, which do not exist here.",
		"- **Object storage: beside it, when files come.** Modules stand in Postgres, which is right for kilobytes. For files of tenants SeaweedFS fits: S3's interface, small, one binary, easy to run beside the rest; any other S3 would do behind the same few calls. Give out signed URLs, so that bytes do not pass through the API.",
		`- **Resource plan.** ${shown(used, 2)} cores and the memory above for 500 lists a second. Per 1,000 requests/s of such reads plan twice that for apprun, PostgREST and Postgres, and one more apprun process for each core: one Node process uses one. Kratos needs its CPU for sign-ins only; its memory is bounded by GOMEMLIMIT.`,
		"- **Connections.** PostgREST's pool is the number of queries at work at once: two to four for each core of the database, not one for each client.",
	].join("\n");
}

function risks(results: Results): string {
	const calm = (scenario: string) => shown(runOf(results, scenario).result.streams["calm"]?.latency.p95, 0);
	return table(
		["risk", "what is done about it"],
		[
			[
				"A table is exposed without row level security",
				"`start` and `serve` refuse to expose it; `apprun doctor` names it and prints the SQL",
			],
			[
				"A policy is evaluated for each row",
				"the doctor finds it; the difference is several times the rate of a nested read",
			],
			[
				"PostgREST 12.0.2 is the pin, and newer ones have more (bounds on bulk writes, spread of many)",
				"bounds are kept by apprun itself; a test suite of queries shows each request, so an upgrade shows in review",
			],
			[
				"graphql-shield and graphql-middleware are no longer developed",
				"they guard root fields only, behind an own gate that decides everything that is touched; replacing them is one file",
			],
			[
				"@wasmer/sdk leaks a little for each run and cannot stop a busy module",
				"its own process, replaced after so many runs and after every time-out",
			],
			[
				"One tenant's load slows the others",
				`functions have limits for each tenant; data requests have none yet: with a neighbour who sends 400 nested lists a second, p95 of a calm tenant goes from ${calm("calm tenant alone")} to ${calm("one noisy tenant")} ms`,
			],
			[
				"One Postgres for all tenants",
				"indexes and keys start with the tenant; a tenant that outgrows it moves out whole",
			],
			[
				"The numbers are of two cores with the load generator beside",
				"ratios are of interleaved runs; repeat on the target machine before sizing it",
			],
		],
		2,
	);
}

function nextSteps(): string {
	return [
		"1. Repeat the whole run on the machine that is meant for production, with the load generator on another one.",
		"2. Run two apprun processes behind a proxy and repeat the soak: revocation, policies and functions already follow NOTIFY.",
		"3. Decide on the SQL source by the CPU table: only where PostgREST is the largest part.",
		"4. A limit of requests for each tenant in front of the data path, once there is more than one tenant who pays.",
		"5. Backups and a restore that is tried, alerts on readiness and on the error rate, before the first tenant who is not a friend.",
	].join("\n");
}
