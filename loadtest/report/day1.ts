// The first report: GraphQL over PostgREST. What the path is, what it costs, what PostgreSQL is asked, beside PostGraphile.
import { wayNames } from "../../src/postgraphile/ways.ts";
import type { Results } from "../results.ts";
import { header, page, shown, table } from "./markdown.ts";
import { byRate, middle, totalCpu } from "./numbers.ts";
import type { SuiteNumbers } from "./suite-numbers.ts";

/** day1-postgrest-integration.md */
export function day1(results: Results, numbers: SuiteNumbers): string {
	return page(
		header("Day 1: PostgREST integration", results),
		"## The question",
		"Can one GraphQL endpoint stand on PostgREST, for many tenants, without code for any table, and what does the detour over HTTP cost beside PostGraphile, which speaks SQL itself?",
		"## What was built",
		[
			"- The schema is made from the catalog of the database; no table has code.",
			"- One root field is one request to PostgREST, however deep the selection.",
			"- Row level security with `(select apprun.tenant_id())`, once per statement; the tenant comes from the verified credential only.",
			"- The same six questions are committed for apprun, PostGraphile and PostgREST alone (`src/postgraphile/questions.ts`). `npm run -s apprun -- compare` asks all three and refuses when a row differs.",
		].join("\n"),
		"## One request at a time",
		unloadedTable(results),
		"`statements`: what Postgres runs for one request, without BEGIN and COMMIT. One sets role and claims, the other is the question; that it does not grow with the depth means that there is no N+1. Each way is asked directly, over one kept connection.",
		"## At fixed rates",
		"Requests are sent when they are due, whether earlier ones have been answered or not, over at most 100 connections; the three ways in turns. `errors`: wrong or missing answers and requests that could not be sent, of all. CPU: milliseconds a request, of all processes that work for it.",
		rateTable(results),
		...results.effort.limitOf.map((question) => `![latency of ${question} by rate](latency-${question}.svg)`),
		"## The highest rate that holds",
		"The highest rate with p95 < 100 ms and errors < 0.1 %, found by halving; 200 connections.",
		limitTable(results),
		"![highest rates](throughput.svg)",
		"## 100 connections, each as fast as it is answered",
		`From \`${results.suites["data"]?.command ?? ""}\`, where PostgREST gets the very request that apprun sends it:`,
		table(
			["case", "requests/s", "of PostgREST alone", "p50 ms", "p95 ms", "p99 ms", "errors"],
			numbers.steady.map(({ name, requestsPerSecond, ratio, p50, p95, p99, errors }) => [
				...[name, shown(requestsPerSecond, 0), shown(ratio, 2), shown(p50, 1), shown(p95, 1), shown(p99, 1)],
				String(errors),
			]),
		),
		"## What is different about the three",
		[
			"- PostgREST alone gets the question in its own words and has to check a token, nothing else. apprun adds GraphQL, identity, Casbin, limits and its errors.",
			"- PostGraphile 5 (Amber preset, production mode) verifies the same short token; Casbin, apprun's limits and its error catalogue do not apply there.",
			"- PostgREST listens on a loopback port here, because k6 cannot speak to a unix socket; apprun reaches its own PostgREST over one.",
		].join("\n"),
	);
}

function unloadedTable({ compared }: Results): string {
	return table(
		["question", "way", "rows", "bytes", "ms (median)", "statements"],
		compared.unloaded.map(({ question, way, rows, bytes, milliseconds, statements }) => [
			...[question, way, String(rows), shown(bytes, 0), shown(milliseconds, 2)],
			shown(statements, 0),
		]),
		2,
	);
}

function rateTable(results: Results): string {
	const measured = byRate(results);
	const alone = (question: string, rate: number) =>
		measured.find((each) => each.question === question && each.rate === rate && each.way === "postgrest");
	return table(
		["question", "way", "requests/s", "answered/s", "p50 ms", "p95 ms", "p99 ms", "errors %", "CPU ms", "CPU ratio"],
		measured.map((each) => {
			const reference = alone(each.question, each.rate);
			const cpu = middle(each, totalCpu);
			return [
				...[each.question, each.way, shown(each.rate, 0)],
				shown(
					middle(each, ({ answeredPerSecond }) => answeredPerSecond),
					0,
				),
				...(["p50", "p95", "p99"] as const).map((name) =>
					shown(
						middle(each, ({ latency }) => latency[name]),
						1,
					),
				),
				shown(middle(each, ({ errorRate }) => errorRate) * 100, 2),
				shown(cpu, 2),
				shown(reference === undefined ? null : cpu / middle(reference, totalCpu), 2),
			];
		}),
		2,
	);
}

function limitTable({ compared, effort }: Results): string {
	const rateOf = (question: string, way: string) =>
		compared.highest.find((each) => each.question === question && each.way === way)?.rate;
	return table(
		["question", ...wayNames.map((way) => `${way}, requests/s`), "apprun / PostgREST", "apprun / PostGraphile"],
		effort.limitOf.map((question) => {
			const [ours = Number.NaN, graphile = Number.NaN, alone = Number.NaN] = wayNames.map((way) =>
				rateOf(question, way),
			);
			return [
				...[question, ...[ours, graphile, alone].map((rate) => shown(rate, 0))],
				...[shown(ours / alone, 2), shown(ours / graphile, 2)],
			];
		}),
	);
}
