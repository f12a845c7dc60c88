// apprun alone under every scenario, with all its services and nothing beside them: what it takes, and how much memory.
import { randomUUID } from "node:crypto";
import { madeRowPrefix, questions } from "../src/postgraphile/questions.ts";
import { openWay, requestFor } from "../src/postgraphile/ways.ts";
import { findKnownRows, removeMadeRows } from "../src/stack/compared-rows.ts";
import { readExample } from "../test/support/functions/examples.ts";
import { type JourneyStep, measureJourney } from "./journey.ts";
import type { PlannedRequest } from "./plan.ts";
import { type LoadResult, runK6 } from "./run-k6.ts";
import type { Runner } from "./runner.ts";
import { type KnownRequests, partOfMadeRow, type Scenario, scenarios, warmUpPlan } from "./scenarios.ts";
import { manyTenants } from "./stage/many-tenants.ts";
import { openStage, type Stage } from "./stage/open-stage.ts";
import { acme, callerToken, globex, operation } from "./stage/people.ts";

/** A scenario and what it measured. */
export interface OwnRun {
	readonly scenario: string;
	readonly about: string;
	/** p95 in milliseconds that was asked for. */
	readonly latencyMs: number | null;
	readonly result: LoadResult;
}

export interface OwnLoad {
	readonly journey: readonly JourneyStep[];
	readonly runs: readonly OwnRun[];
}

const people = { quick: 3, whole: 20 };

/** Measures. @throws Error when an answer has other rows than the right ones */
export async function measureOwnLoad(runner: Runner, wanted: readonly Scenario[]): Promise<OwnLoad> {
	const { signal, note, effort, port } = runner;
	note("starting apprun with all its services");
	const stage = await openStage({ APPRUN_PORT: port }, signal);
	try {
		note("register, login, list, create, deploy, invoke");
		const journey = await measureJourney(stage.run.graphql, effort.quick ? people.quick : people.whole);
		note("five hundred tenants");
		const known = await knownRequests(stage);
		note("warming up");
		const warmUp = warmUpPlan(known, effort.scenarioSeconds / 2);
		await runK6({ program: runner.k6, plan: warmUp, groups: stage.groups, signal });
		const runs: OwnRun[] = [];
		for (const scenario of wanted) {
			note(`${scenario.name}: ${scenario.about}`);
			const plan = scenario.plan(known, effort);
			const result = await runK6({ program: runner.k6, plan, groups: stage.groups, signal });
			refuseWrongRows(scenario.name, result);
			runs.push({ scenario: scenario.name, about: scenario.about, latencyMs: plan.latencyMs, result });
			await removeMadeRows(stage.run.database, acme, madeRowPrefix);
		}
		return { journey, runs };
	} finally {
		await stage.stop();
	}
}

/** The scenarios with these names; none: all. @throws Error naming one that there is not */
export function chooseScenarios(names: readonly string[]): readonly Scenario[] {
	const known = scenarios.map(({ name }) => name);
	const unknown = names.filter((name) => !known.includes(name));
	if (unknown.length > 0)
		throw new Error(`There is no scenario ${unknown.join(", ")}. The scenarios are ${known.join(", ")}.`);
	return names.length === 0 ? scenarios : scenarios.filter(({ name }) => names.includes(name));
}

async function knownRequests(stage: Stage): Promise<KnownRequests> {
	const { run, secrets } = stage;
	const token = await callerToken(secrets, acme);
	const demo = { email: "owner@acme.example", password: secrets.demoPassword };
	const login = "mutation Login($input: LoginInput!) { login(input: $input) { jwt me { email } } }";
	const questionsOfAcme = await questionRequests(stage, token, acme);
	const questionsOfGlobex = await questionRequests(stage, await callerToken(secrets, globex), globex);
	const neighbour = questionsOfGlobex["nested"];
	if (neighbour === undefined) throw new TypeError("There is no question nested.");
	return {
		questions: questionsOfAcme,
		login: operation(run.graphql, null, { query: login, variables: { input: demo } }, `"email":"${demo.email}"`),
		invoke: await invocation(run.graphql, token),
		neighbour,
		tenants: await manyTenants(stage),
	};
}

async function questionRequests(
	stage: Stage,
	token: string,
	tenantId: string,
): Promise<Record<string, PlannedRequest>> {
	const way = openWay({ name: "apprun", url: stage.run.graphql, socketPath: null, token });
	const planned: Record<string, PlannedRequest> = {};
	try {
		for (const question of questions(await findKnownRows(stage.run.database, tenantId))) {
			const { path, ...request } = requestFor(way, question);
			const part = partOfMadeRow(question);
			const expected =
				part === null
					? ({ kind: "whole", text: await way.ask(question, randomUUID()) } as const)
					: ({ kind: "part", text: part } as const);
			planned[question.name] = { ...request, url: new URL(way.url).origin + path, expected, weight: 1 };
		}
		return planned;
	} finally {
		await way.close();
	}
}

/** Deploys the function and gives its invocation. */
async function invocation(url: string, token: string): Promise<PlannedRequest> {
	const module = Buffer.from(readExample("add-rust").bytes).toString("base64");
	const query = "mutation Deploy($input: DeployFunctionInput!) { deployFunction(input: $input) { version } }";
	const deploy = operation(url, token, { query, variables: { input: { name: "add", module } } }, "");
	const { method, headers, body } = deploy;
	const answer = await (await fetch(url, { method, headers, body })).text();
	if (!answer.startsWith('{"data":{"deployFunction":{"version":'))
		throw new Error(`No function was deployed: ${answer}`);
	const invoke = 'mutation Invoke { invokeFunction(name: "add", input: [1, 2]) { status output } }';
	return operation(url, token, { query: invoke }, '"status":"SUCCESS","output":3');
}

function refuseWrongRows(scenario: string, { wrong, failed }: LoadResult): void {
	if (wrong > failed)
		throw new Error(`In ${scenario} apprun gave other rows in ${wrong - failed} answers. Nothing is reported.`);
}
