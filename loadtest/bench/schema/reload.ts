// What requests notice of a migration: a list is asked for at a steady rate while tables change, and every answer counts.
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { Client as HttpClient } from "undici";
import { mintDevelopmentToken } from "../../../src/identity/development-jwt.ts";
import { loadSecrets } from "../../../src/stack/secrets.ts";
import { type Measurement, measure, type RepeatedRequest } from "../measure.ts";
import type { RunningApprun } from "../start-apprun.ts";
import type { Bench } from "../suite.ts";

export interface Reload {
	/** Without a migration. */
	readonly calm: Measurement;
	/** While columns are added. */
	readonly migrating: Measurement;
	readonly migrations: number;
	/** Milliseconds from the commit to the first answer with the new column. */
	readonly seenAfter: readonly number[];
}

const load = { connections: 16, rate: 100 };
const pauseMs = 2500;

/** Measures both, one after the other. */
export async function measureReload(apprun: RunningApprun, { options, signal, note }: Bench): Promise<Reload> {
	const request = await requestOf(apprun, "{ companies(limit: 5) { code title amount } }");
	const seconds = options.seconds * 2;
	const input = {
		request,
		load: { ...load, seconds },
		accepts: (body: string) => body.startsWith('{"data":{"companies":[{'),
		groups: [{ name: "apprun", pid: apprun.run.pids.apprun, tree: false }],
		signal,
	};
	await measure({ ...input, load: { ...load, seconds: 2 } });
	note("a steady rate without a migration");
	const calm = await measure(input);
	note("the same while tables change");
	const migrating = measure(input);
	const seenAfter: number[] = [];
	const until = performance.now() + seconds * 1000 - pauseMs;
	while (performance.now() < until) {
		await sleep(pauseMs / 2, undefined, { signal });
		seenAfter.push(await migrate(apprun, seenAfter.length));
		await sleep(pauseMs / 2, undefined, { signal });
	}
	return { calm, migrating: await migrating, migrations: seenAfter.length, seenAfter };
}

/** Adds a column and waits until it is in the schema. */
async function migrate(apprun: RunningApprun, number: number): Promise<number> {
	const database = new Client({ connectionString: apprun.run.database, application_name: "apprun bench" });
	await database.connect();
	try {
		await database.query(`alter table wide.m1_offers add column extra_${number} text`);
	} finally {
		await database.end();
	}
	const startedAt = performance.now();
	const { origin, method, path, headers, body } = await requestOf(apprun, `{ m1Offers(limit: 1) { extra${number} } }`);
	const client = new HttpClient(origin);
	try {
		for (;;) {
			const answer = await client.request({ method, path, headers, body });
			if ((await answer.body.text()).startsWith('{"data"')) return performance.now() - startedAt;
			await sleep(25);
		}
	} finally {
		await client.close();
	}
}

async function requestOf({ run, config }: RunningApprun, query: string): Promise<RepeatedRequest> {
	const { developmentSecret } = loadSecrets(config.dataDir);
	const identity = {
		subject: "00000000-0000-4000-8000-000000000001",
		tenantId: "11111111-1111-4111-8111-111111111111",
		roles: ["owner"],
	};
	const token = await mintDevelopmentToken(developmentSecret, identity, 3600);
	const { origin, pathname } = new URL(run.graphql);
	return {
		origin,
		socketPath: null,
		method: "POST",
		path: pathname,
		headers: { "content-type": "application/json", accept: "application/json", authorization: `Bearer ${token}` },
		body: JSON.stringify({ query }),
		unique: false,
	};
}
