// The scenarios of apprun alone: what is sent, at which rate, and the p95 that the thresholds ask for. The questions that
// all three ways are asked are in src/postgraphile/questions.ts.
import { madeRowPrefix, type Question } from "../src/postgraphile/questions.ts";
import type { Effort } from "./effort.ts";
import type { Plan, PlannedRequest, Stream } from "./plan.ts";

/** Requests that scenarios are made of, each with its right answer. */
export interface KnownRequests {
	/** By name of the question. */
	readonly questions: Readonly<Record<string, PlannedRequest>>;
	readonly login: PlannedRequest;
	readonly invoke: PlannedRequest;
	/** The nested list of another tenant. */
	readonly neighbour: PlannedRequest;
	/** One of each of five hundred tenants. */
	readonly tenants: readonly PlannedRequest[];
}

export interface Scenario {
	readonly name: string;
	/** One line for the reports. */
	readonly about: string;
	readonly plan: (known: KnownRequests, effort: Effort) => Plan;
}

/** What the owner asks for: 500 requests a second, 100 connections. */
const ownerRate = 500;
const connections = 100;

/** A soak's requests and rate are those of the mixed scenario. */
export const soakName = "soak";

/** The scenarios, in the order in which they run. */
export const scenarios: readonly Scenario[] = Object.freeze([
	{
		name: "mixed",
		about: `90 % reads (list, nested, by id), 10 % writes, ${ownerRate}/s, ${connections} connections`,
		plan: (known, { scenarioSeconds }) => steady(mixed(known), ownerRate, scenarioSeconds),
	},
	{
		name: "list at 500",
		about: `the list alone, ${ownerRate}/s, ${connections} connections`,
		plan: ({ questions }, { scenarioSeconds }) => steady(only(questions["list"]), ownerRate, scenarioSeconds),
	},
	{
		name: "login",
		about: "sign in with e-mail and password, 2/s: Kratos hashes with bcrypt, on purpose slowly",
		plan: ({ login }, { scenarioSeconds }) => ({ ...steady([login], 2, scenarioSeconds), latencyMs: 1000 }),
	},
	{
		name: "invoke function",
		about: "a WebAssembly function through GraphQL, 200/s",
		plan: ({ invoke }, { scenarioSeconds }) => steady([invoke], 200, scenarioSeconds),
	},
	{
		name: "many tenants",
		about: "a list of its own for each of 500 tenants in turns, 300/s",
		plan: ({ tenants }, { scenarioSeconds }) => steady(tenants, 300, scenarioSeconds),
	},
	{
		name: "calm tenant alone",
		about: "a list of one tenant, 50/s: what the next one is compared with",
		plan: ({ questions }, { scenarioSeconds }) => ({
			streams: [stream("calm", only(questions["list"]), 50, scenarioSeconds)],
			latencyMs: 100,
		}),
	},
	{
		name: "one noisy tenant",
		about: "the same, while another tenant sends 400 nested lists a second",
		plan: ({ questions, neighbour }, { scenarioSeconds }) => ({
			streams: [
				stream("calm", only(questions["list"]), 50, scenarioSeconds),
				stream("noisy", [neighbour], 400, scenarioSeconds),
			],
			latencyMs: 100,
		}),
	},
	{
		name: "spike",
		about: "the list at 100/s, for two seconds at 800/s, and at 100/s again",
		plan: ({ questions }) =>
			staged(only(questions["list"]), 100, [
				[2, 100],
				[1, 800],
				[2, 800],
				[1, 100],
				[2, 100],
			]),
	},
	{
		name: "ramp",
		about: "the list from 100/s to 1,500/s, which is past what two cores give",
		plan: ({ questions }, { scenarioSeconds }) => staged(only(questions["list"]), 100, [[scenarioSeconds, 1500]]),
	},
	{
		name: soakName,
		about: `the mixed scenario for long, ${ownerRate}/s: whether memory grows`,
		plan: (known, { soakSeconds }) => steady(mixed(known), ownerRate, soakSeconds),
	},
]);

/** What is sent before anything is measured: connections are made, code is compiled. */
export function warmUpPlan(known: KnownRequests, seconds: number): Plan {
	return { ...steady(mixed(known), 200, seconds), latencyMs: null };
}

/** Nine reads to a write. */
function mixed({ questions }: KnownRequests): PlannedRequest[] {
	const weights = { list: 4, nested: 2, "by id": 3, create: 1 };
	return Object.entries(weights).flatMap(([name, weight]) =>
		only(questions[name]).map((each) => ({ ...each, weight })),
	);
}

function only(request: PlannedRequest | undefined): PlannedRequest[] {
	if (request === undefined) throw new TypeError("A scenario names a question that there is not.");
	return [request];
}

function stream(name: string, requests: readonly PlannedRequest[], rate: number, seconds: number): Stream {
	return { name, arrival: { kind: "steady", rate, seconds }, startAfter: 0, connections, requests };
}

function steady(requests: readonly PlannedRequest[], rate: number, seconds: number): Plan {
	return { streams: [stream("all", requests, rate, seconds)], latencyMs: 100 };
}

function staged(
	requests: readonly PlannedRequest[],
	from: number,
	stages: readonly (readonly [number, number])[],
): Plan {
	const arrival = { kind: "stages", from, stages } as const;
	return { streams: [{ name: "all", arrival, startAfter: 0, connections: 200, requests }], latencyMs: 200 };
}

/** The right answer of a question that makes a row holds this. */
export function partOfMadeRow({ writes }: Question): string | null {
	return writes ? `"name":"${madeRowPrefix}` : null;
}
