// The npm package: packed, laid out as npm would install it, and used by its command as somebody without a checkout would.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { packageRoot } from "../../../src/stack/package-root.ts";
import { readRunFile } from "../../../src/stack/run-file.ts";
import { eventually } from "../../support/start-process.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { throwawayStack } from "../../support/test-stack-config.ts";

const run = promisify(execFile);

/** A project that has apprun installed, with the checkout's packages; gives the path of its command. */
async function installPacked(): Promise<string> {
	const project = temporaryFolder();
	await run("npm", ["pack", "--pack-destination", project], { cwd: packageRoot });
	const tarball = readdirSync(project).find((file) => file.endsWith(".tgz")) ?? "";
	const modules = join(project, "node_modules");
	const installed = join(modules, "apprun");
	mkdirSync(installed, { recursive: true });
	await run("tar", ["-xzf", join(project, tarball), "-C", installed, "--strip-components=1"]);
	for (const name of readdirSync(join(packageRoot, "node_modules")))
		if (!name.startsWith(".")) symlinkSync(join(packageRoot, "node_modules", name), join(modules, name));
	// What was built once need not be built again.
	const built = join(packageRoot, ".apprun", "bin");
	if (existsSync(built)) {
		mkdirSync(join(installed, ".apprun"));
		symlinkSync(built, join(installed, ".apprun", "bin"));
	}
	return join(installed, "tools", "apprun.mjs");
}

async function end(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const ended = once(child, "exit");
	child.kill("SIGTERM");
	await ended;
}

test("the packed package starts the whole stack, answers, and runs a function", { timeout: 300_000 }, async () => {
	const throwaway = throwawayStack();
	onTestFinished(() => throwaway.remove());
	const command = await installPacked();
	const env = { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", ...throwaway.environment };
	const apprun = (...args: string[]) => run(process.execPath, [command, ...args], { env });

	const child = spawn(process.execPath, [command, "start"], { env, stdio: ["ignore", "pipe", "pipe"] });
	onTestFinished(() => end(child));
	let said = "";
	for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
	const ready = await eventually("apprun is ready", async () => {
		if (child.exitCode !== null) throw new Error(`apprun ended: ${said}`);
		return readRunFile(throwaway.config.dataDir);
	});

	const { stdout: token } = await apprun("token", "--tenant", "acme", "--role", "owner");
	const answer = await fetch(ready.graphql, {
		method: "POST",
		headers: { authorization: `Bearer ${token.trim()}`, "content-type": "application/json" },
		body: JSON.stringify({ query: "{ products(limit: 1) { name } }" }),
	});
	expect(await answer.json()).toEqual({ data: { products: [{ name: expect.any(String) }] } });

	const page = await (await fetch(ready.graphql, { headers: { accept: "text/html" } })).text();
	const scripts = [...page.matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)].map(([, path = ""]) => path);
	expect(scripts.length).toBeGreaterThan(0);
	for (const path of scripts) expect((await fetch(new URL(path, ready.graphql))).status).toBe(200);

	await apprun("functions", "deploy", "add", join(packageRoot, "wasm", "add-c", "add.wasm"), "--tenant", "acme");
	const { stdout: sum } = await apprun("functions", "invoke", "add", "[1, 2]", "--tenant", "acme");
	expect(sum).toBe("3\n");
	const { stdout: findings } = await apprun("doctor");
	expect(findings).toMatch(/as they should be/);
});
