// Sends one request over and over and tells rate, latencies and errors, with the CPU time and memory of
// the processes that worked on it. An answer that is not the expected one is an error, whatever its status.
import autocannon from "autocannon";
import { cpuSeconds, type ProcessGroup, pssBytes } from "./processes.ts";
import { percentile } from "./render-table.ts";
import { sendAtRate } from "./send-at-rate.ts";

/** A request that can be repeated. `[<id>]` in the body stands for a text that is new each time, if `unique` says so. */
export interface RepeatedRequest {
	/** Origin, such as http://127.0.0.1:4000; with a socket its host is only a name. */
	readonly origin: string;
	readonly socketPath: string | null;
	readonly method: "GET" | "POST" | "PATCH" | "DELETE";
	/** With query. */
	readonly path: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string | null;
	readonly unique: boolean;
}

export interface Load {
	readonly connections: number;
	readonly seconds: number;
	/** Requests/s, evenly; null: each connection sends the next one when it has its answer. */
	readonly rate: number | null;
}

export interface Measurement {
	/** Good answers a second. */
	readonly requestsPerSecond: number;
	/** Milliseconds. */
	readonly latency: { readonly p50: number; readonly p95: number; readonly p99: number };
	readonly requests: number;
	/** Failed connections, timeouts, answers other than the expected one. */
	readonly errors: number;
	/** By name of the group; null where it is not known. */
	readonly cpuSecondsPer1000: Readonly<Record<string, number | null>>;
	readonly pssBytes: Readonly<Record<string, number | null>>;
	/** Start and end, in microseconds of the monotonic clock that V8's profiles have. */
	readonly interval: readonly [number, number];
}

export interface MeasureInput {
	readonly request: RepeatedRequest;
	readonly load: Load;
	/** Whether a body is the right answer. */
	readonly accepts: (body: string) => boolean;
	readonly groups: readonly ProcessGroup[];
	readonly signal: AbortSignal;
}

/** Measures. @throws the signal's reason when it is aborted meanwhile */
export async function measure(input: MeasureInput): Promise<Measurement> {
	const { groups, signal } = input;
	const { rate } = input.load;
	signal.throwIfAborted();
	const before = groups.map(cpuSeconds);
	const startedAt = monotonicMicroseconds();
	const { latencies, errors, seconds } = await (rate === null ? sendSteadily(input) : sendAtRate(input, rate));
	const interval = [startedAt, monotonicMicroseconds()] as const;
	const after = groups.map(cpuSeconds);
	signal.throwIfAborted();
	const each = (value: (group: ProcessGroup, index: number) => number | null) =>
		Object.fromEntries(groups.map((group, index) => [group.name, value(group, index)]));
	return {
		requestsPerSecond: (latencies.length - errors) / seconds,
		latency: { p50: percentile(latencies, 50), p95: percentile(latencies, 95), p99: percentile(latencies, 99) },
		requests: latencies.length,
		errors,
		cpuSecondsPer1000: each((_, index) => difference(after[index], before[index], latencies.length / 1000)),
		pssBytes: each(pssBytes),
		interval,
	};
}

/** What a way of sending saw. */
export interface Run {
	/** Milliseconds, one for each answer. */
	readonly latencies: readonly number[];
	readonly errors: number;
	readonly seconds: number;
}

/** Each connection sends its next request when it has its answer. */
function sendSteadily(input: MeasureInput): Promise<Run> {
	const { signal } = input;
	const latencies: number[] = [];
	return new Promise((resolve, reject) => {
		const instance = autocannon(optionsOf(input), (error: Error | null, result) => {
			signal.removeEventListener("abort", stop);
			if (error !== null) return reject(error);
			const { errors, mismatches, duration } = result;
			resolve({ latencies, errors: errors + mismatches, seconds: duration });
		});
		const stop = () => instance.stop();
		signal.addEventListener("abort", stop, { once: true });
		// autocannon's own histogram has whole milliseconds and no 95th percentile.
		instance.on("response", (_client, _status, _bytes, milliseconds) => latencies.push(milliseconds));
	});
}

function optionsOf({ request, load, accepts }: MeasureInput): autocannon.Options {
	const { origin, socketPath, method, path, headers, body, unique } = request;
	return {
		url: origin + path,
		...(socketPath === null ? {} : { socketPath }),
		method,
		headers: { ...headers },
		...(body === null ? {} : { body }),
		idReplacement: unique,
		connections: load.connections,
		duration: load.seconds,
		pipelining: 1,
		verifyBody: (text) => accepts(String(text)),
	};
}

function difference(after: number | null | undefined, before: number | null | undefined, thousands: number) {
	return typeof after === "number" && typeof before === "number" ? (after - before) / thousands : null;
}

function monotonicMicroseconds(): number {
	return Number(process.hrtime.bigint() / 1000n);
}
