// What the runner tells k6: requests with the answers that are right, when to send them, what must hold. Plain data, so
// that one script (k6/send.ts) runs every scenario.

/** A request and its right answer. `[<id>]` in the body stands for a text that is new each time. */
export interface PlannedRequest {
	readonly method: "GET" | "POST";
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string | null;
	/** The whole body, or, for an answer that differs each time, a part that it must hold. */
	readonly expected: { readonly kind: "whole" | "part"; readonly text: string };
	/** How often it is sent beside the others of its stream. */
	readonly weight: number;
}

/** Requests a second over time; each is sent when it is due, whether earlier ones have been answered or not. */
export type Arrival =
	| { readonly kind: "steady"; readonly rate: number; readonly seconds: number }
	/** Stages of so many seconds, each towards a rate. */
	| { readonly kind: "stages"; readonly from: number; readonly stages: readonly (readonly [number, number])[] };

/** A flow of requests with an arrival of its own. */
export interface Stream {
	readonly name: string;
	readonly arrival: Arrival;
	/** Seconds after the start of the run. */
	readonly startAfter: number;
	/** Most connections. */
	readonly connections: number;
	readonly requests: readonly PlannedRequest[];
}

/** A stream as k6 reads it at once: without its requests, which are many, long, and shared. */
export interface StreamOutline extends Omit<Stream, "requests"> {
	/** Of its requests, in their order. */
	readonly weights: readonly number[];
}

/** A plan as k6 reads it at once. */
export interface PlanOutline {
	readonly streams: readonly StreamOutline[];
	readonly latencyMs: number | null;
}

export interface Plan {
	readonly streams: readonly Stream[];
	/** p95 in milliseconds that must hold; null: time is not judged. */
	readonly latencyMs: number | null;
}

/** What each virtual user of k6 reads. */
export function outlineOf({ streams, latencyMs }: Plan): PlanOutline {
	const outline = ({ requests, ...stream }: Stream) => ({ ...stream, weights: requests.map(({ weight }) => weight) });
	return { streams: streams.map(outline), latencyMs };
}

/** Seconds that a plan takes. */
export function secondsOf({ streams }: Plan): number {
	return Math.max(...streams.map(({ arrival, startAfter }) => startAfter + arrivalSeconds(arrival)));
}

/** Requests a second on the average, and in sum: what is offered. */
export function offeredRequests({ arrival }: Stream): number {
	if (arrival.kind === "steady") return arrival.rate * arrival.seconds;
	let from = arrival.from;
	let sum = 0;
	for (const [seconds, to] of arrival.stages) {
		sum += (seconds * (from + to)) / 2;
		from = to;
	}
	return sum;
}

function arrivalSeconds(arrival: Arrival): number {
	if (arrival.kind === "steady") return arrival.seconds;
	return arrival.stages.reduce((sum, [seconds]) => sum + seconds, 0);
}
