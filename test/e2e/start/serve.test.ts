// `apprun serve` works with services of your own and starts none.

import { expect, inject, onTestFinished, test } from "vitest";
import { overTcp } from "../../support/over-tcp.ts";
import { childrenOf, commandOf, eventually, runApprun, startProcess } from "../../support/start-process.ts";

test("it names everything that is missing", async () => {
	const { stderr, exitCode } = await runApprun(["serve"], {});
	expect(exitCode).toBe(1);
	for (const name of ["APPRUN_DATABASE_URL", "APPRUN_POSTGREST_URL", "APPRUN_JWT_SECRET"])
		expect(stderr).toContain(name);
	expect(stderr).not.toMatch(/\n\s+at /);
});

test("a database that cannot be reached is said in one line, without its password", async () => {
	const { stderr, exitCode } = await runApprun(["serve"], {
		APPRUN_DATABASE_URL: "postgresql://owner:hunter2@127.0.0.1:1/postgres",
		APPRUN_POSTGREST_URL: "http://127.0.0.1:1",
		APPRUN_JWT_SECRET: "x".repeat(32),
	});
	expect(exitCode).toBe(1);
	expect(stderr).toMatch(/127\.0\.0\.1:1/);
	expect(stderr).not.toMatch(/hunter2|\n\s+at /);
});

test("it serves, with no child process but the hosts of functions, and ends on SIGTERM", async () => {
	const { database, postgrest } = inject("stack");
	if (postgrest.socketPath === null || postgrest.adminUrl === null) throw new Error("the test stack has both");
	const api = await overTcp(postgrest.socketPath);
	onTestFinished(api.close);
	const { child, outcome } = startProcess(["serve"], {
		APPRUN_PORT: "0",
		APPRUN_DATABASE_URL: database,
		APPRUN_POSTGREST_URL: api.url,
		APPRUN_POSTGREST_ADMIN_URL: postgrest.adminUrl,
		APPRUN_JWT_SECRET: postgrest.jwtSecret,
	});
	let printed = "";
	child.stdout?.on("data", (chunk) => {
		printed += chunk;
	});
	const url = await eventually("it prints its address", async () => /http:\S+\/graphql/.exec(printed)?.[0] ?? null);
	const ready = await fetch(new URL("/health/ready", url));
	expect(await ready.json()).toMatchObject({
		status: "ok",
		services: [{ name: "postgres" }, { name: "postgrest" }, { name: "policies" }, { name: "schema" }],
	});
	const services = childrenOf(child.pid ?? 0).filter((pid) => !commandOf(pid).includes("/host/main.js"));
	expect(services.map(commandOf)).toEqual([]);
	child.kill("SIGTERM");
	expect(await outcome).toMatchObject({ exitCode: 0 });
});
