// Runs a plan with k6 and watches the processes that work for it. Gives what was measured; refuses when k6 itself fails,
// with its last words. Whether thresholds held is part of the result.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OutputTail } from "../src/stack/output-tail.ts";
import type { ProcessGroup } from "./bench/processes.ts";
import { offeredRequests, outlineOf, type Plan, secondsOf } from "./plan.ts";
import { type ProcessSamples, watchProcesses } from "./watch-processes.ts";

export interface Latency {
	/** Milliseconds. */
	readonly p50: number;
	readonly p95: number;
	readonly p99: number;
	readonly max: number;
}

/** What one run measured. */
export interface LoadResult {
	readonly seconds: number;
	/** Requests a second that were due. */
	readonly offeredPerSecond: number;
	/** Requests a second that were answered. */
	readonly answeredPerSecond: number;
	readonly requests: number;
	readonly latency: Latency;
	/** By stream; where there is one only, the same as above. */
	readonly streams: Readonly<Record<string, { readonly requests: number; readonly latency: Latency }>>;
	/** Answers with an error status, or none. */
	readonly failed: number;
	/** Answers with other rows than the right ones, failed ones included. */
	readonly wrong: number;
	/** Requests that were due and for which no connection was free. */
	readonly dropped: number;
	/** Share of all that were due. */
	readonly errorRate: number;
	/** Thresholds that did not hold, as k6 names them. */
	readonly broken: readonly string[];
	readonly processes: ProcessSamples;
}

export interface K6Options {
	/** Path of k6. */
	readonly program: string;
	readonly plan: Plan;
	/** What is watched; asked at each sample, because a process may have been replaced. */
	readonly groups: () => readonly ProcessGroup[];
	readonly signal: AbortSignal;
}

/** k6 ended with thresholds that did not hold. */
const thresholdsBroken = 99;
const script = new URL("k6/send.ts", import.meta.url).pathname;

/** Runs it. @throws Error when k6 fails, or the signal's reason */
export async function runK6({ program, plan, groups, signal }: K6Options): Promise<LoadResult> {
	signal.throwIfAborted();
	const folder = mkdtempSync(join(tmpdir(), "apprun-k6-"));
	try {
		const file = (name: string) => join(folder, `${name}.json`);
		writeFileSync(file("plan"), JSON.stringify(outlineOf(plan)));
		// They hold tokens.
		writeFileSync(file("requests"), JSON.stringify(plan.streams.map(({ requests }) => requests)), { mode: 0o600 });
		const watch = watchProcesses(groups);
		const run = folder.slice(-6);
		const settings = { PLAN: file("plan"), REQUESTS: file("requests"), RESULT: file("result"), RUN: run };
		const failure = await runToEnd(program, settings, folder, signal).finally(watch.pause);
		signal.throwIfAborted();
		if (failure !== null) throw new Error(`k6 could not run the load test. Its last words:\n${failure}`);
		return readResult(JSON.parse(readFileSync(file("result"), "utf8")) as Summary, plan, watch);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Null when it ended well, thresholds or not. */
async function runToEnd(
	program: string,
	settings: Readonly<Record<string, string>>,
	home: string,
	signal: AbortSignal,
): Promise<string | null> {
	const given = Object.entries(settings).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
	const args = ["run", "--quiet", "--no-usage-report", "--no-color", "--log-format", "raw", ...given, script];
	const tail = new OutputTail();
	// Nothing of the machine's own k6 settings, which are in the environment and at home.
	const child = spawn(program, args, { env: { HOME: home, PATH: "" }, stdio: ["ignore", "pipe", "pipe"] });
	for (const stream of [child.stdout, child.stderr])
		stream.setEncoding("utf8").on("data", (chunk: string) => tail.push(chunk));
	const stop = () => end(child);
	signal.addEventListener("abort", stop, { once: true });
	try {
		const [code] = (await once(child, "close")) as [number | null];
		return code === 0 || code === thresholdsBroken ? null : tail.text();
	} catch (error) {
		// It could not even be started.
		return (error as Error).message;
	} finally {
		signal.removeEventListener("abort", stop);
	}
}

function end(child: ChildProcess): void {
	child.kill("SIGTERM");
	// k6 waits for requests in flight; a hung target must not hold us up.
	setTimeout(() => child.kill("SIGKILL"), 3_000).unref();
}

/** k6's summary: https://grafana.com/docs/k6/latest/results-output/end-of-test/custom-summary/ */
interface Summary {
	readonly state: { readonly testRunDurationMs: number };
	readonly metrics: Readonly<
		Record<string, { readonly values: Readonly<Record<string, number>>; readonly thresholds?: Thresholds }>
	>;
}

type Thresholds = Readonly<Record<string, { readonly ok: boolean }>>;

function readResult(summary: Summary, plan: Plan, watch: { read(): ProcessSamples }): LoadResult {
	const value = (metric: string, name: string) => summary.metrics[metric]?.values[name] ?? 0;
	const latencyOf = (metric: string): Latency => ({
		p50: value(metric, "med"),
		p95: value(metric, "p(95)"),
		p99: value(metric, "p(99)"),
		max: value(metric, "max"),
	});
	const requests = value("http_reqs", "count");
	const wrong = value("checks", "fails");
	const dropped = value("dropped_iterations", "count");
	const seconds = secondsOf(plan);
	const offered = plan.streams.reduce((sum, stream) => sum + offeredRequests(stream), 0);
	return {
		seconds,
		offeredPerSecond: offered / seconds,
		answeredPerSecond: (requests - wrong) / Math.max(seconds, summary.state.testRunDurationMs / 1000),
		requests,
		latency: latencyOf("http_req_duration"),
		streams: Object.fromEntries(
			plan.streams.map(({ name }) => [
				name,
				{
					requests: value(`http_reqs{scenario:${name}}`, "count"),
					latency: latencyOf(`http_req_duration{scenario:${name}}`),
				},
			]),
		),
		// A rate metric of k6 counts what it is named for as passes: those that failed.
		failed: value("http_req_failed", "passes"),
		wrong,
		dropped,
		errorRate: (wrong + dropped) / Math.max(1, requests + dropped),
		broken: Object.entries(summary.metrics).flatMap(([metric, { thresholds = {} }]) =>
			Object.entries(thresholds).flatMap(([condition, { ok }]) => (ok ? [] : [`${metric}: ${condition}`])),
		),
		processes: watch.read(),
	};
}
