// What authorization adds to the CPU of a request whose operation is known: the same operation over the same PostgREST,
// through two servers of this process, one with and one without the guard, request by request by turns. What is left of the
// machine's moods after pairing is told as an interval, because a cost of microseconds is smaller than they are.
import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { mergeSubschemas } from "../../../resolvers/index.ts";
import { createAuthorization } from "../../../src/authorization/create-authorization.ts";
import { createDatabaseClaims } from "../../../src/identity/database-claims.ts";
import { mintDevelopmentToken } from "../../../src/identity/development-jwt.ts";
import { createIdentify } from "../../../src/identity/identify.ts";
import type { Observe } from "../../../src/observe/observation.ts";
import { Operations } from "../../../src/operation/operations.ts";
import { createCursors } from "../../../src/plan/cursor.ts";
import { readArguments } from "../../../src/plan/read-arguments.ts";
import { loadSchema } from "../../../src/schema/load-schema.ts";
import { createServer } from "../../../src/server/create-server.ts";
import { createSender } from "../../../src/source/postgrest/send.ts";
import { createPostgrestSource } from "../../../src/source/postgrest/source.ts";
import { loadSecrets } from "../../../src/stack/secrets.ts";
import { median, medianInterval } from "../render-table.ts";
import type { RunningApprun } from "../start-apprun.ts";
import type { Bench } from "../suite.ts";
import type { Turns } from "./post-by-turns.ts";

/** CPU time of this process for one request, HTTP and all, in microseconds. */
export interface Overhead {
	readonly rows: number;
	/** Median. */
	readonly without: number;
	/** Median of what the two requests of a pair differ by, and its 95 % interval. */
	readonly added: number;
	readonly addedBetween: readonly [number, number];
	readonly pairs: number;
}

const ways = ["without", "with"] as const;
type Way = (typeof ways)[number];

const warmUpMs = 6_000;
/** The schema does not change meanwhile. */
const settled = { isSettling: () => false, suspect: () => {} };
const secret = "a secret that nobody else has to know";
const person = {
	subject: "00000000-0000-4000-8000-000000000001",
	tenantId: "11111111-1111-4111-8111-111111111111",
	roles: ["reader"],
};

/** Measures lists of so many rows each. */
export async function measureOverhead(
	apprun: RunningApprun,
	{ options, signal, note }: Bench,
	lengths: readonly number[],
): Promise<readonly Overhead[]> {
	await using opened = new AsyncDisposableStack();
	const meter = createMeter();
	const urls = await openServers(apprun, meter.finished, opened);
	const authorization = `Bearer ${await mintDevelopmentToken(secret, person, 3600)}`;
	const found: Overhead[] = [];
	for (const rows of lengths) {
		note(`a list of ${rows}, with and without authorization by turns`);
		const query = `{ reviews(limit: ${rows}, orderBy: [{ createdAt: DESC }]) { id rating title body createdAt product { name } } }`;
		const client = fork(new URL("post-by-turns.ts", import.meta.url), {
			stdio: ["ignore", "ignore", "inherit", "ipc"],
		});
		const gone = once(client, "exit");
		client.send({ urls, body: JSON.stringify({ query }), authorization } satisfies Turns);
		await pause(warmUpMs, undefined, { signal });
		meter.start();
		await pause(options.rounds * options.seconds * 1000, undefined, { signal });
		found.push({ rows, ...meter.read() });
		if (client.exitCode !== null) throw new Error("A list of the suite was not answered.");
		client.disconnect();
		await gone;
	}
	return found;
}

/** Two servers that differ in the guard. Gives their URLs. */
async function openServers(
	{ run, config }: RunningApprun,
	finished: (way: Way) => void,
	opened: AsyncDisposableStack,
): Promise<readonly string[]> {
	const secrets = loadSecrets(config.dataDir);
	const socketPath = run.postgrest.startsWith("unix:") ? run.postgrest.slice("unix:".length) : null;
	const url = socketPath === null ? run.postgrest : "http://postgrest";
	const sender = createSender({ url, socketPath, connections: 1, timeoutMs: 10_000 });
	opened.defer(sender.close);
	const quiet = () => {};
	const authorization = await createAuthorization({ databaseUrl: run.database, config, observe: quiet, readArguments });
	opened.defer(authorization.close);
	const { model, schema: dataSchema } = await loadSchema(run.database, config);
	const cursorsFor = createCursors(secrets.jwtSecret);
	const open = async (way: Way) => {
		const schema = mergeSubschemas({
			...{ dataSchema, people: null, functions: null, source: createPostgrestSource(sender, settled) },
			policies: { ...authorization, databaseRole: "apprun_user" },
		});
		const admit = way === "with" ? await authorization.guard(schema, model) : () => null;
		const observe: Observe = ({ kind }) => kind === "request.finished" && finished(way);
		const server = createServer({
			config: { ...config, host: "127.0.0.1", port: 0 },
			operations: new Operations({ schema, model, config, admit, cursorsFor }),
			identify: createIdentify({ developmentSecret: secret, observe }),
			claimsFor: createDatabaseClaims(secrets.jwtSecret),
			runOnce: async (_request, run) => await run(),
			health: async () => [],
			...{ observe, auth: null, development: null },
		});
		opened.defer(server.close);
		return (await server.listen()).url;
	};
	return [await open("without"), await open("with")];
}

/** Shares this process' CPU time out: what was used since the request before ended is this request's. */
function createMeter() {
	const samples: Record<Way, number[]> = { without: [], with: [] };
	let last = process.cpuUsage();
	return {
		start() {
			for (const way of ways) samples[way] = [];
			last = process.cpuUsage();
		},
		finished(way: Way) {
			const now = process.cpuUsage();
			samples[way].push(now.user + now.system - last.user - last.system);
			last = now;
		},
		read(): Omit<Overhead, "rows"> {
			const pairs = Math.min(samples.with.length, samples.without.length);
			const added = samples.with.slice(0, pairs).map((cpu, pair) => cpu - (samples.without[pair] ?? Number.NaN));
			const without = median(samples.without);
			return { pairs, without, added: median(added), addedBetween: medianInterval(added) };
		},
	};
}
