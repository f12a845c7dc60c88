// The comparison under load: the questions of `apprun compare` at fixed rates on apprun, PostGraphile and PostgREST in turns,
// so that what disturbs the machine disturbs all, and the highest rate that each can hold.
import { randomUUID } from "node:crypto";
import { type Compared, compareWays, refuseDifference } from "../src/postgraphile/compare-ways.ts";
import { madeRowPrefix, type Question, questions } from "../src/postgraphile/questions.ts";
import { type OpenWay, openWay, requestFor, type WayName } from "../src/postgraphile/ways.ts";
import { findKnownRows, removeMadeRows } from "../src/stack/compared-rows.ts";
import { openStatementCounter } from "../src/stack/count-statements.ts";
import type { ProcessGroup } from "./bench/processes.ts";
import type { Effort } from "./effort.ts";
import { findHighestRate, type Probe } from "./find-highest-rate.ts";
import type { PlannedRequest } from "./plan.ts";
import { type LoadResult, runK6 } from "./run-k6.ts";
import type { Runner } from "./runner.ts";
import { openStage, type Stage } from "./stage/open-stage.ts";
import { acme, callerToken, databaseToken } from "./stage/people.ts";
import { startPostgrestOnPort } from "./stage/start-postgrest.ts";

/** A question at a rate on a way. */
export interface ComparedRun {
	readonly question: string;
	readonly way: WayName;
	readonly rate: number;
	readonly round: number;
	readonly result: LoadResult;
}

/** The highest rate with p95 and errors within bounds. */
export interface HighestRate {
	readonly question: string;
	readonly way: WayName;
	/** Requests a second. */
	readonly rate: number;
	readonly probes: readonly Probe[];
}

export interface ComparedLoad {
	readonly unloaded: readonly Compared[];
	readonly runs: readonly ComparedRun[];
	readonly highest: readonly HighestRate[];
}

/** Connections of a run at a fixed rate, and of one that looks for the limit. */
const connections = 100;
const connectionsAtLimit = 200;
/** p95 in milliseconds that the thresholds ask for. */
const latencyMs = 100;

/** A way, and who works for it. */
interface Target {
	readonly way: OpenWay;
	readonly groups: () => readonly ProcessGroup[];
}

/** Measures. @throws Error when the ways give other rows, before the load or under it */
export async function measureComparedLoad(runner: Runner, wanted: readonly WayName[]): Promise<ComparedLoad> {
	const { signal, note, port } = runner;
	note("starting apprun, PostGraphile and a PostgREST on a port");
	const stage = await openStage({ APPRUN_KRATOS: "off", APPRUN_POSTGRAPHILE: "on", APPRUN_PORT: port }, signal);
	try {
		const postgrest = await startPostgrestOnPort(stage.config, stage.run, signal);
		const targets = (await targetsOf(stage, postgrest)).filter(({ way }) => wanted.includes(way.name));
		try {
			return await measureAll(runner, stage, targets);
		} finally {
			for (const { way } of targets) await way.close();
			await postgrest.stop();
		}
	} finally {
		await stage.stop();
	}
}

async function targetsOf(stage: Stage, postgrest: { readonly url: string; readonly pid: number }): Promise<Target[]> {
	const { run, secrets } = stage;
	const [caller, database] = [await callerToken(secrets, acme), await databaseToken(secrets, acme)];
	const open = (name: WayName, url: string, token: string) => openWay({ name, url, token, socketPath: null });
	const postgres = () => stage.groups().filter(({ name }) => name === "postgres");
	const beside = (name: string, pid: number | null | undefined) => () => [
		...(typeof pid === "number" ? [{ name, pid, tree: false }] : []),
		...postgres(),
	];
	return [
		{ way: open("apprun", run.graphql, caller), groups: stage.groups },
		{
			way: open("postgraphile", run.postgraphile ?? "", database),
			groups: beside("postgraphile", run.pids.postgraphile),
		},
		{ way: open("postgrest", postgrest.url, database), groups: beside("postgrest", postgrest.pid) },
	];
}

async function measureAll(runner: Runner, stage: Stage, targets: readonly Target[]): Promise<ComparedLoad> {
	const { effort, note } = runner;
	const { database } = stage.run;
	const asked = questions(await findKnownRows(database, acme));
	const ways = targets.map(({ way }) => way);
	note("one request at a time, and whether all give the same rows");
	const counter = await openStatementCounter(database);
	const unloaded = await compareWays(ways, asked, { runs: effort.compareRuns, counter }).finally(() =>
		counter?.close(),
	);
	const cleanUp = () => removeMadeRows(database, acme, madeRowPrefix);
	await cleanUp();
	const runs = await measureRates({ runner, targets, asked, cleanUp });
	const highest: HighestRate[] = [];
	for (const question of asked.filter(({ name }) => effort.limitOf.includes(name)))
		for (const target of targets) highest.push(await measureHighest(runner, target, question));
	for (const question of asked) await refuseDifference(ways, question);
	await cleanUp();
	return { unloaded, runs, highest };
}

async function measureRates(input: {
	readonly runner: Runner;
	readonly targets: readonly Target[];
	readonly asked: readonly Question[];
	readonly cleanUp: () => Promise<void>;
}): Promise<ComparedRun[]> {
	const { runner, targets, asked, cleanUp } = input;
	const { effort, note } = runner;
	const runs: ComparedRun[] = [];
	for (let round = 1; round <= effort.rounds; round += 1) {
		for (const question of asked) {
			for (const rate of ratesOf(question, effort)) {
				// Who goes first changes, so that neither always meets the machine as another left it.
				for (const target of round % 2 === 1 ? targets : targets.toReversed()) {
					const way = target.way.name;
					note(`round ${round} of ${effort.rounds}: ${question.name} at ${rate}/s, ${way}`);
					const request = await plannedFor(target.way, question);
					await load(runner, target, { request, rate, seconds: effort.warmUpSeconds, connections });
					const result = await load(runner, target, { request, rate, seconds: effort.seconds, connections });
					refuseWrongRows(question.name, way, result);
					runs.push({ question: question.name, way, rate, round, result });
					if (question.writes) await cleanUp();
				}
			}
		}
	}
	return runs;
}

function ratesOf({ name }: Question, { rates, otherRate, limitOf }: Effort): readonly number[] {
	return limitOf.includes(name) ? rates : [otherRate];
}

async function measureHighest(runner: Runner, target: Target, question: Question): Promise<HighestRate> {
	const request = await plannedFor(target.way, question);
	const probe = async (rate: number): Promise<LoadResult> => {
		runner.note(`the limit of ${target.way.name}: ${question.name} at ${Math.round(rate)}/s`);
		const seconds = runner.effort.probeSeconds;
		return load(runner, target, { request, rate: Math.round(rate), seconds, connections: connectionsAtLimit });
	};
	return { question: question.name, way: target.way.name, ...(await findHighestRate(probe)) };
}

interface Loaded {
	readonly request: PlannedRequest;
	readonly rate: number;
	readonly seconds: number;
	readonly connections: number;
}

function load(
	runner: Runner,
	target: Target,
	{ request, rate, seconds, connections: most }: Loaded,
): Promise<LoadResult> {
	const arrival = { kind: "steady", rate, seconds } as const;
	const stream = { name: "question", arrival, startAfter: 0, connections: most, requests: [request] };
	return runK6({
		program: runner.k6,
		plan: { streams: [stream], latencyMs },
		groups: target.groups,
		signal: runner.signal,
	});
}

/** The request with its right answer: what the way says now, which has been found to be what the others say. */
async function plannedFor(way: OpenWay, question: Question): Promise<PlannedRequest> {
	const { method, path, headers, body } = requestFor(way, question);
	const expected = question.writes
		? ({ kind: "part", text: `"name":"${madeRowPrefix}` } as const)
		: ({ kind: "whole", text: await way.ask(question, randomUUID()) } as const);
	return { method, url: new URL(way.url).origin + path, headers, body, expected, weight: 1 };
}

/** Other rows than before, in an answer that is no error: nothing that was measured means anything then. */
function refuseWrongRows(question: string, way: WayName, { wrong, failed }: LoadResult): void {
	if (wrong > failed)
		throw new Error(
			`Under load ${way} gave other rows for ${question} in ${wrong - failed} answers. Nothing is reported.`,
		);
}
