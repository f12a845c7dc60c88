// PostgREST or Postgres killed under load: every request gets an answer within two seconds, an error says which kind it
// is, and service resumes by itself, without a restart of apprun.
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type App, createApp } from "../../src/app.ts";
import { seedPolicies } from "../../src/authorization/seed-policies.ts";
import { mintDevelopmentToken } from "../../src/identity/development-jwt.ts";
import type { Stack } from "../../src/stack/stack.ts";
import { startStack } from "../../src/stack/start-stack.ts";
import { demoTenants, graphqlRequest } from "../support/open-app.ts";
import { type Throwaway, throwawayStack } from "../support/test-stack-config.ts";

const answerWithinMs = 2_000;

let throwaway: Throwaway;
let stack: Stack;
let app: App;
let token: string;

beforeAll(async () => {
	throwaway = throwawayStack();
	stack = await startStack(throwaway.config, () => {});
	await seedPolicies(stack.endpoints.databaseUrl);
	app = await createApp({ config: throwaway.config, stack, observe: () => {} });
	const identity = { subject: "somebody", tenantId: demoTenants.acme, roles: ["owner"] };
	token = await mintDevelopmentToken(stack.endpoints.developmentSecret ?? "", identity, 600);
});

afterAll(async () => {
	await app.close();
	await stack.stop();
	throwaway.remove();
});

interface Outcome {
	readonly status: number;
	readonly text: string;
	readonly code: string | null;
	readonly elapsedMs: number;
}

async function ask(): Promise<Outcome> {
	const startedAt = performance.now();
	const query = "{ products(limit: 5) { name reviews(limit: 2) { rating } } }";
	const response = await app.fetch(graphqlRequest({ query }, token));
	const text = await response.text();
	const { errors } = JSON.parse(text) as { errors?: { extensions: { code: string } }[] };
	const code = errors?.[0]?.extensions.code ?? null;
	return { status: response.status, text, code, elapsedMs: performance.now() - startedAt };
}

describe.each(["postgrest", "postgres"] as const)("%s killed", (service) => {
	test("every request is answered in time, and service resumes", async () => {
		expect((await ask()).code).toBeNull();
		const pid = stack.pids()[service];
		if (pid === null) throw new Error(`${service} does not run`);

		const outcomes: Promise<Outcome>[] = [];
		for (let round = 0; round < 100; round++) {
			outcomes.push(ask());
			if (round === 10) process.kill(pid, "SIGKILL");
			await sleep(10);
		}
		const answers = await Promise.all(outcomes);

		const failed = answers.filter(({ code }) => code !== null);
		expect(failed.length).toBeGreaterThan(0);
		expect(new Set(failed.map(({ code }) => code))).toEqual(new Set(["UPSTREAM_UNAVAILABLE"]));
		expect(new Set(failed.map(({ status }) => status))).toEqual(new Set([503]));
		expect(failed.map(({ text }) => text).join()).not.toMatch(/ECONN|PGRST|socket|57P0|terminating|postgres/i);
		// Not a measure of speed: a request that waits for a dead service would wait for its time-out, far beyond this.
		expect(Math.max(...answers.map(({ elapsedMs }) => elapsedMs))).toBeLessThan(answerWithinMs);

		await expect.poll(async () => (await ask()).code, { timeout: 30_000, interval: 200 }).toBeNull();
		const recovered = await Promise.all(Array.from({ length: 20 }, ask));
		expect(new Set(recovered.map(({ code }) => code))).toEqual(new Set([null]));
		expect(stack.pids()[service]).not.toBe(pid);
	}, 60_000);
});
