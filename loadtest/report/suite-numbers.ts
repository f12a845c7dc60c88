// What the suites of `npm run bench` measured → the numbers that the reports quote. Refuses results of another shape.
import { z } from "zod";
import { median } from "../bench/render-table.ts";
import type { SuiteResults } from "../run-suites.ts";

const number = z
	.number()
	.nullable()
	.transform((value) => value ?? Number.NaN);
const percentiles = z.object({ p50: number, p95: number });
const sample = z.object({
	case: z.string(),
	target: z.string(),
	round: z.number(),
	requestsPerSecond: number,
	latency: z.object({ p50: number, p95: number, p99: number }),
	errors: number,
});
const data = z.object({
	samples: z.array(sample),
	unloaded: z.array(z.object({ case: z.string(), target: z.string(), first: number, median: number, p95: number })),
});
const identity = z.object({ rates: z.record(z.string(), z.array(number)) });
const authorization = z.object({
	rates: z.object({ warm: number, cold: number, lists: number }),
	overhead: z.array(z.object({ rows: number, without: number, added: number })).default([]),
	delays: z.array(number).default([]),
});
const functions = z.object({
	hosts: z.object({
		calls: z.record(z.string(), percentiles.extend({ perSecond: number, failed: number })),
		cold: percentiles,
		pssBytesOf2: number,
	}),
	killed: z.object({ replaced: percentiles, nextCall: percentiles }),
	endToEnd: z.object({
		cold: percentiles,
		unloaded: z.object({ first: number, median: number, p95: number }),
		atRate: z.object({ latency: percentiles, requestsPerSecond: number, errors: number }),
		atMost: z.object({ latency: percentiles, requestsPerSecond: number, errors: number }),
	}),
});

type Sample = z.infer<typeof sample>;

/** A case with as many connections as the owner asks for, each sending its next request when it has its answer. */
export interface SteadyCase {
	readonly name: string;
	readonly requestsPerSecond: number;
	/** Requests a second to those of PostgREST in the same round; the median. */
	readonly ratio: number;
	readonly p50: number;
	readonly p95: number;
	readonly p99: number;
	readonly errors: number;
}

export interface SuiteNumbers {
	readonly steady: readonly SteadyCase[];
	readonly unloaded: z.infer<typeof data>["unloaded"];
	/** Verifications a second, by case. */
	readonly identity: Readonly<Record<string, number>>;
	readonly authorization: z.infer<typeof authorization>;
	readonly functions: z.infer<typeof functions>;
}

/** @throws ZodError naming what is missing */
export function suiteNumbers(suites: Readonly<Record<string, SuiteResults>>): SuiteNumbers {
	const of = (name: string) => suites[name]?.results;
	const { samples, unloaded } = data.parse(of("data"));
	const { rates } = identity.parse(of("identity"));
	return {
		steady: steadyCases(samples),
		unloaded,
		identity: Object.fromEntries(Object.entries(rates).map(([name, values]) => [name, median(values)])),
		authorization: authorization.parse(of("authorization")),
		functions: functions.parse(of("functions")),
	};
}

function steadyCases(samples: readonly Sample[]): SteadyCase[] {
	const ours = Map.groupBy(
		samples.filter(({ target }) => target === "apprun"),
		({ case: name }) => name,
	);
	return [...ours].map(([name, rounds]) => {
		const middle = (value: (each: Sample) => number) => median(rounds.map(value));
		const alone = (round: number) =>
			samples.find((each) => each.case === name && each.round === round && each.target === "postgrest");
		return {
			name,
			requestsPerSecond: middle(({ requestsPerSecond }) => requestsPerSecond),
			ratio: middle((each) => each.requestsPerSecond / (alone(each.round)?.requestsPerSecond ?? Number.NaN)),
			p50: middle(({ latency }) => latency.p50),
			p95: middle(({ latency }) => latency.p95),
			p99: middle(({ latency }) => latency.p99),
			errors: rounds.reduce((sum, { errors }) => sum + errors, 0),
		};
	});
}
