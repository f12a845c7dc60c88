// What authorization adds to the CPU of a request whose operation is known: the same operation over the same PostgREST, with
// and without the guard, in turns, in this process.
import { mergeSubschemas } from "../../../resolvers/index.ts";
import { createAuthorization } from "../../../src/authorization/create-authorization.ts";
import { createDatabaseClaims } from "../../../src/identity/database-claims.ts";
import type { Principal } from "../../../src/identity/principal.ts";
import { Operations } from "../../../src/operation/operations.ts";
import { readArguments } from "../../../src/plan/read-arguments.ts";
import { loadSchema } from "../../../src/schema/load-schema.ts";
import { createSender } from "../../../src/source/postgrest/send.ts";
import { createPostgrestSource } from "../../../src/source/postgrest/source.ts";
import { loadSecrets } from "../../../src/stack/secrets.ts";
import { median } from "../render-table.ts";
import type { RunningApprun } from "../start-apprun.ts";
import type { Bench } from "../suite.ts";

/** CPU time of this process for one request, in microseconds, medians of the rounds. */
export interface Overhead {
	readonly rows: number;
	readonly without: number;
	readonly with: number;
}

const principal: Principal = Object.freeze({
	kind: "user",
	subject: "00000000-0000-4000-8000-000000000001",
	tenantId: "11111111-1111-4111-8111-111111111111",
	roles: ["reader"],
	expiresAt: Math.floor(Date.now() / 1000) + 86_400,
	credential: "development-jwt",
});
const inFlight = 8;

/** Measures lists of so many rows each. */
export async function measureOverhead(
	{ run, config }: RunningApprun,
	{ options, signal, note }: Bench,
	lengths: readonly number[],
): Promise<readonly Overhead[]> {
	const secrets = loadSecrets(config.dataDir);
	const socketPath = run.postgrest.startsWith("unix:") ? run.postgrest.slice("unix:".length) : null;
	const url = socketPath === null ? run.postgrest : "http://postgrest";
	const sender = createSender({ url, socketPath, connections: inFlight, timeoutMs: 10_000 });
	const observe = () => {};
	const authorization = await createAuthorization({ databaseUrl: run.database, config, observe, readArguments });
	try {
		const { model, schema: dataSchema } = await loadSchema(run.database, config);
		const policies = { ...authorization, databaseRole: "apprun_user" };
		const source = createPostgrestSource(sender, { isSettling: () => false, suspect: () => {} });
		const merge = () => mergeSubschemas({ dataSchema, model, source, people: null, policies, functions: null });
		const [open, guarded] = [merge(), merge()];
		const admit = await authorization.guard(guarded, model);
		const claims = await createDatabaseClaims(secrets.jwtSecret)(principal);
		const runners = {
			without: runnerOf(new Operations({ schema: open, model, config, admit: () => null }), claims),
			with: runnerOf(new Operations({ schema: guarded, model, config, admit }), claims),
		};
		const found: Overhead[] = [];
		for (const rows of lengths) {
			const query = `{ reviews(limit: ${rows}, orderBy: [{ createdAt: DESC }]) { id rating title body createdAt product { name } } }`;
			const samples = { without: [] as number[], with: [] as number[] };
			for (let round = 0; round <= options.rounds; round++) {
				note(`a list of ${rows}, round ${round} of ${options.rounds}`);
				// The first round warms up; who goes first changes.
				for (const way of round % 2 === 0 ? (["without", "with"] as const) : (["with", "without"] as const)) {
					const cpu = await cpuPerRequest(() => runners[way](query), options.seconds / 2, signal);
					if (round > 0) samples[way].push(cpu);
				}
			}
			found.push({ rows, without: median(samples.without), with: median(samples.with) });
		}
		return found;
	} finally {
		await authorization.close();
		await sender.close();
	}
}

function runnerOf(operations: Operations, claims: Awaited<ReturnType<ReturnType<typeof createDatabaseClaims>>>) {
	return async (query: string): Promise<void> => {
		const document = operations.parse(query);
		const [invalid] = operations.validate(document);
		if (invalid !== undefined) throw invalid;
		const context = { requestId: "bench", principal, readOnly: false, claims };
		const { errors } = await operations.execute({ document, operationName: null, variables: {}, context });
		if (errors !== undefined && errors.length > 0) throw errors[0];
	};
}

async function cpuPerRequest(request: () => Promise<void>, seconds: number, signal: AbortSignal): Promise<number> {
	const endAt = performance.now() + seconds * 1000;
	const before = process.cpuUsage();
	let count = 0;
	await Promise.all(
		Array.from({ length: inFlight }, async () => {
			while (performance.now() < endAt) {
				signal.throwIfAborted();
				await request();
				count += 1;
			}
		}),
	);
	const { user, system } = process.cpuUsage(before);
	return (user + system) / count;
}
