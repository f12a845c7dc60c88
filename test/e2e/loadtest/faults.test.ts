// `npm run loadtest` when something is missing or in the way, and when it is interrupted: it says what, writes no report
// and leaves no process.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../../src/stack/package-root.ts";
import { eventually, processesOf } from "../../support/start-process.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

interface LoadTest {
	readonly child: ReturnType<typeof spawn>;
	readonly folder: string;
	said(): string;
	readonly ended: Promise<number | null>;
}

/** Everything that it makes is below a folder of its own, its processes among it. */
function start(args: readonly string[], settings: Readonly<Record<string, string>> = {}): LoadTest {
	const folder = temporaryFolder();
	const temporary = join(folder, "tmp");
	mkdirSync(temporary);
	const { PATH = "", HOME = "" } = process.env;
	const child = spawn(
		process.execPath,
		[join(packageRoot, "loadtest", "main.ts"), "--quick", "--out", join(folder, "reports"), ...args],
		{ cwd: packageRoot, env: { PATH, HOME, TMPDIR: temporary, ...settings }, stdio: ["ignore", "ignore", "pipe"] },
	);
	let said = "";
	child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
		said += chunk;
	});
	return { child, folder, said: () => said, ended: once(child, "close").then(([code]) => code as number | null) };
}

function expectNothingLeft({ folder }: LoadTest): void {
	expect(existsSync(join(folder, "reports"))).toBe(false);
	expect(processesOf(folder)).toEqual([]);
	expect(readdirSync(join(folder, "tmp"))).toEqual([]);
}

test("a k6 of another version", async () => {
	const fake = join(temporaryFolder(), "k6");
	writeFileSync(fake, "#!/bin/sh\necho k6 v0.1.0\n", { mode: 0o755 });
	const run = start([], { APPRUN_K6_BIN: fake });
	expect(await run.ended).toBe(1);
	expect(run.said()).toContain(`APPRUN_K6_BIN names ${fake}, which is not k6 v1.8.1 but says: k6 v0.1.0`);
	expectNothingLeft(run);
});

test("a target and a scenario that there are not", async () => {
	const target = start(["--targets", "hasura"]);
	expect(await target.ended).toBe(1);
	expect(target.said()).toContain("The targets are apprun, postgraphile, postgrest.");
	const scenario = start(["--scenarios", "lunch"]);
	expect(await scenario.ended).toBe(1);
	expect(scenario.said()).toContain("There is no scenario lunch. The scenarios are mixed,");
	expectNothingLeft(scenario);
});

test("a port that is taken", async () => {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	try {
		const run = start(["--port", String(port)]);
		expect(await run.ended).toBe(1);
		expect(run.said()).toContain(`${port}`);
		expect(run.said()).toMatch(/is taken/);
		expectNothingLeft(run);
	} finally {
		server.close();
	}
});

test("Ctrl-C while k6 runs", async () => {
	const run = start(["--targets", "apprun"]);
	await eventually("k6 at work", async () => (/round 1 of 1: list/.test(run.said()) ? true : null));
	run.child.kill("SIGINT");
	expect(await run.ended).toBe(130);
	expectNothingLeft(run);
});
