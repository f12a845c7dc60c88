// `apprun start` from its first start to its end: what it leaves behind, what a second one does, and what becomes of
// requests while a service is gone. The tests share one data dir and run in order.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { identifyProcess, isRunning } from "../../../src/stack/process-identity.ts";
import { type RunFile, readRunFile } from "../../../src/stack/run-file.ts";
import {
	type ApprunProcess,
	eventually,
	processesOf,
	runApprun,
	socketsOf,
	startProcess,
	untilReady,
} from "../../support/start-process.ts";
import { throwawayStack } from "../../support/test-stack-config.ts";

const throwaway = throwawayStack();
const { environment } = throwaway;
const { dataDir } = throwaway.config;

/** What a data dir holds while nothing runs on it. */
const kept = ["host", "kratos", "kratos-keys.json", "postgres", "postgrest", "secrets.json"];

let apprun: ApprunProcess;
let runFile: RunFile;
let token: string;

async function start(): Promise<void> {
	apprun = startProcess(["start"], environment);
	runFile = await untilReady(apprun, dataDir);
}

beforeAll(async () => {
	await start();
	const { stdout } = await runApprun(["token", "--tenant", "acme", "--role", "owner"], environment);
	token = stdout.trim();
});
afterAll(async () => {
	apprun.child.kill("SIGTERM");
	await apprun.outcome;
	throwaway.remove();
});

interface Answer {
	readonly data?: { readonly products: readonly { readonly id: string }[] } | null;
	readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}

/** The answer to a query, and how long it took. */
async function ask(): Promise<{ answer: Answer; elapsedMs: number }> {
	const startedAt = performance.now();
	const response = await fetch(runFile.graphql, {
		method: "POST",
		headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
		body: JSON.stringify({ query: "{ products(limit: 1) { id } }" }),
	});
	return { answer: (await response.json()) as Answer, elapsedMs: performance.now() - startedAt };
}

async function health(): Promise<{ status: number; states: Record<string, string> }> {
	const response = await fetch(runFile.health);
	const { services } = (await response.json()) as { services: { name: string; status: string }[] };
	return { status: response.status, states: Object.fromEntries(services.map(({ name, status }) => [name, status])) };
}

/** The states when all is well; a busy machine may need more than the second that each service has. */
const untilHealthy = () =>
	eventually("healthy", async () => {
		const { status, states } = await health();
		return status === 200 ? states : null;
	});

describe("while it runs", () => {
	test("run.json tells where everything is, to its owner only", async () => {
		expect(Object.keys(runFile)).toEqual(["graphql", "health", "database", "postgrest", "kratos", "pids"]);
		expect(runFile.postgrest).toMatch(/^unix:\//);
		for (const pid of [runFile.pids.apprun, runFile.pids.postgres, runFile.pids.postgrest, runFile.pids.kratos])
			expect(identifyProcess(pid ?? 0)).not.toBeNull();
		expect(statSync(join(dataDir, "run.json")).mode & 0o777).toBe(0o600);
		const client = new Client({ connectionString: runFile.database });
		await client.connect();
		const { rows } = await client.query("select rolsuper from pg_roles where rolname = current_user");
		await client.end();
		expect(rows).toEqual([{ rolsuper: true }]);
	});

	test("every service is healthy, and a development token opens the demo", async () => {
		expect(await untilHealthy()).toEqual({
			postgres: "ok",
			postgrest: "ok",
			kratos: "ok",
			policies: "ok",
			schema: "ok",
		});
		expect((await ask()).answer.data?.products).toHaveLength(1);
	});

	test("a tenant that is not there is named, with those that are", async () => {
		const { stderr, stdout, exitCode } = await runApprun(["token", "--tenant", "acne", "--role", "owner"], environment);
		expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 1 });
		expect(stderr).toMatch(/no tenant acne.*acme, globex/);
	});

	test("a second start on the same data dir is refused, and names the first", async () => {
		const { stderr, exitCode } = await runApprun(["start"], environment);
		expect(exitCode).toBe(1);
		expect(stderr).toContain(`in use by the apprun with pid ${apprun.child.pid}`);
		expect(stderr).not.toMatch(/\n\s+at /);
		await untilHealthy();
	});

	test("a taken port is refused by name, and what was started for it is gone", async () => {
		const second = throwawayStack({ APPRUN_PORT: new URL(runFile.graphql).port, APPRUN_KRATOS: "off" });
		const { stderr, exitCode } = await runApprun(["start"], second.environment);
		const left = processesOf(second.config.dataDir);
		second.remove();
		expect(exitCode).toBe(1);
		expect(stderr).toContain(new URL(runFile.graphql).port);
		expect(stderr).not.toMatch(/\n\s+at /);
		expect(left).toEqual([]);
	});
});

type ServiceName = "postgres" | "postgrest" | "kratos";

/** Asks until the service has a new process and answers come again; gives the error codes that were seen meanwhile. */
async function restartSeen(name: ServiceName): Promise<string[]> {
	const pid = runFile.pids[name] ?? 0;
	process.kill(pid, "SIGKILL");
	const codes: string[] = [];
	runFile = await eventually(`${name} is back`, async () => {
		const { answer, elapsedMs } = await ask();
		// Below ten seconds, PostgREST's own patience; what it really is, two at most, is no matter for a busy machine.
		if (answer.errors !== undefined) expect(elapsedMs).toBeLessThan(9000);
		if (answer.errors !== undefined) codes.push(answer.errors[0]?.extensions.code ?? "no code");
		const now = readRunFile(dataDir);
		const restarted = now !== null && now.pids[name] !== null && now.pids[name] !== pid;
		return answer.errors === undefined && restarted ? now : null;
	});
	return codes;
}

describe("when a service is killed", () => {
	test.each(["postgrest", "postgres"] as const)(
		"%s is started again; meanwhile requests are told so",
		async (name) => {
			const codes: string[] = [];
			// Each pause is longer than the one before, so that one of them is seen even on a busy machine.
			for (let kills = 0; kills < 5 && codes.length === 0; kills += 1) codes.push(...(await restartSeen(name)));
			expect(new Set(codes)).toEqual(new Set(["UPSTREAM_UNAVAILABLE"]));
			expect(runFile.pids.apprun).toBe(apprun.child.pid);
			await untilHealthy();
		},
		120_000,
	);

	test("kratos is started again, and data is served all the while", async () => {
		expect(await restartSeen("kratos")).toEqual([]);
		await untilHealthy();
	});
});

describe("when it ends", () => {
	test("SIGTERM leaves no process, no socket and no lock", async () => {
		apprun.child.kill("SIGTERM");
		expect(await apprun.outcome).toMatchObject({ exitCode: 0 });
		expect(processesOf(dataDir)).toEqual([]);
		expect(socketsOf(dataDir)).toEqual([]);
		expect(readdirSync(dataDir).filter((name) => !kept.includes(name))).toEqual([]);
	});

	test("the next start keeps the data", async () => {
		await start();
		expect((await ask()).answer.data?.products).toHaveLength(1);
	});

	test("after kill -9 the next start ends what was left, and serves", async () => {
		const orphan = identifyProcess(runFile.pids.postgres ?? 0);
		if (orphan === null) throw new Error("Postgres runs");
		apprun.child.kill("SIGKILL");
		await apprun.outcome;
		expect(isRunning(orphan)).toBe(true);
		await start();
		expect(isRunning(orphan)).toBe(false);
		expect((await ask()).answer.data?.products).toHaveLength(1);
	});

	test("SIGINT while it starts ends it, with nothing left behind", async () => {
		apprun.child.kill("SIGINT");
		await apprun.outcome;
		apprun = startProcess(["start"], environment);
		await eventually("a service runs", async () => (processesOf(dataDir).length > 1 ? true : null));
		apprun.child.kill("SIGINT");
		expect(await apprun.outcome).toMatchObject({ exitCode: 130 });
		expect(processesOf(dataDir)).toEqual([]);
		expect(readdirSync(dataDir)).not.toContain("lock");
	});
});
