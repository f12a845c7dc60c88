// The resources suite: what all services together weigh while a person's requests come at 500 a second, from the first
// minute to the last. Everything is on: Kratos has signed the person in, Casbin decides, function hosts are ready.
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { loadSecrets } from "../../../src/stack/secrets.ts";
import { benchRowPrefix, dataCases } from "../data/cases.ts";
import { root } from "../data/stage.ts";
import { type Measurement, measure, type RepeatedRequest } from "../measure.ts";
import { type RunningApprun, startApprun } from "../start-apprun.ts";
import type { Bench, Suite, SuiteReport } from "../suite.ts";
import { report } from "./report.ts";
import { type Weight, weigh } from "./weigh.ts";

/** Requests a second of each case: 500 together. */
const rates: Readonly<Record<string, number>> = { list: 250, "by id": 200, create: 50 };
const warmUpSeconds = 10;
const weighEverySeconds = 2;

/** `npm run bench -- resources`, for a soak with `--seconds 600`. */
export const resourcesSuite: Suite = {
	summary: "memory of all services together at 500 requests/s, for --seconds",
	async run(bench) {
		bench.note("starting everything on a throwaway data dir");
		const apprun = await startApprun({ root, settings: {}, profileDir: null, signal: bench.signal });
		try {
			return await measureAll(bench, apprun);
		} finally {
			await apprun.stop();
		}
	},
};

/** What one case did while everything was weighed. */
export interface Answered extends Measurement {
	readonly case: string;
}

async function measureAll(bench: Bench, apprun: RunningApprun): Promise<SuiteReport> {
	const { options, note, signal } = bench;
	const database = new Client({ connectionString: apprun.run.database, application_name: "apprun bench" });
	await database.connect();
	try {
		const requests = await requestsOf(apprun, database);
		const load = (seconds: number) => Promise.all([...requests].map((each) => answer(each, seconds, bench)));
		note("warming up");
		await load(warmUpSeconds);
		note(`500 requests/s for ${options.seconds} s`);
		const until = new AbortController();
		const weights = weighUntil(apprun, until.signal);
		const answered = await load(options.seconds).finally(() => until.abort());
		signal.throwIfAborted();
		return report(answered, await weights);
	} finally {
		await database.query("delete from api.products where starts_with(name, $1)", [benchRowPrefix]);
		await database.end();
	}
}

/** The requests by case, as the owner of acme sends them with a session of Kratos. */
async function requestsOf({ run, config }: RunningApprun, database: Client): Promise<Map<string, RepeatedRequest>> {
	const { rows } = await database.query<{ id: string }>(
		"select id from api.products where tenant_id = (select id from apprun.tenants where slug = 'acme') order by name limit 1",
	);
	const { origin, pathname: path } = new URL(run.graphql);
	const headers = { "content-type": "application/json", accept: "application/json" };
	const session = await signIn(run.graphql, loadSecrets(config.dataDir).demoPassword);
	const cases = dataCases(rows[0]?.id ?? "").filter(({ name }) => rates[name] !== undefined);
	return new Map(
		cases.map(({ name, query, variables, writes }) => [
			name,
			{
				...{ origin, socketPath: null, method: "POST", path, unique: writes },
				headers: { ...headers, "x-session-token": session },
				body: JSON.stringify({ query, variables }),
			},
		]),
	);
}

async function signIn(endpoint: string, password: string): Promise<string> {
	const query = "mutation ($input: LoginInput!) { login(input: $input) { sessionToken } }";
	const response = await fetch(endpoint, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ query, variables: { input: { email: "owner@acme.example", password } } }),
	});
	const answer = (await response.json()) as { data?: { login?: { sessionToken?: string } } };
	const token = answer.data?.login?.sessionToken;
	if (token === undefined) throw new Error(`The owner of acme cannot sign in: ${JSON.stringify(answer)}`);
	return token;
}

async function answer([name, request]: [string, RepeatedRequest], seconds: number, bench: Bench): Promise<Answered> {
	const measured = await measure({
		request,
		load: { connections: bench.options.connections, seconds, rate: rates[name] ?? 0 },
		accepts: (body) => body.startsWith('{"data":{') && body.includes('"id"'),
		groups: [],
		signal: bench.signal,
	});
	return { case: name, ...measured };
}

async function weighUntil({ run }: RunningApprun, signal: AbortSignal): Promise<readonly Weight[]> {
	const weights: Weight[] = [];
	const startedAt = performance.now();
	while (!signal.aborted) {
		weights.push(weigh(run.pids, (performance.now() - startedAt) / 1000));
		await sleep(weighEverySeconds * 1000, undefined, { signal }).catch(() => {});
	}
	return weights;
}
