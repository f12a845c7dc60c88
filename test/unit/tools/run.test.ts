// tools/run.mjs, in checkouts of its own: when it installs, and that it is only a wrapper around the pinned Node.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { packageRoot } from "../../../src/stack/package-root.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const lockfile = {
	"": {},
	"node_modules/node": { version: "24.0.0", integrity: "sha512-a" },
	"node_modules/only-elsewhere": { version: "1.0.0", integrity: "sha512-b", optional: true },
};

/** A checkout with the given hidden lockfile, and a npm that only leaves a note that it was called. */
function checkout(installed: object | null): { root: string; run: string; npmCalled: () => boolean; path: string } {
	const root = temporaryFolder();
	mkdirSync(join(root, "tools"));
	for (const file of ["run.mjs", "run-node.mjs"]) cpSync(join(packageRoot, "tools", file), join(root, "tools", file));
	writeFileSync(join(root, "package-lock.json"), JSON.stringify({ packages: lockfile }));
	if (installed !== null) {
		mkdirSync(join(root, "node_modules", "node", "bin"), { recursive: true });
		symlinkSync(process.execPath, join(root, "node_modules", "node", "bin", "node"));
		writeFileSync(join(root, "node_modules", ".package-lock.json"), JSON.stringify({ packages: installed }));
	}
	const bin = join(root, "bin");
	mkdirSync(bin);
	writeFileSync(join(bin, "npm"), "#!/bin/sh\ntouch npm-called\necho npm says no >&2\nexit 3\n", { mode: 0o755 });
	return {
		root,
		run: join(root, "tools", "run.mjs"),
		npmCalled: () => existsSync(join(root, "npm-called")),
		path: bin,
	};
}

const { "node_modules/only-elsewhere": _optional, ...whole } = lockfile;

function runIn(
	{ run, path }: { run: string; path: string },
	args: readonly string[],
	more: Record<string, string> = {},
) {
	const env = { PATH: `${path}:/usr/bin:/bin`, HOME: "/nonexistent", ...more };
	return spawnSync(process.execPath, [run, ...args], { env, encoding: "utf8", timeout: 20_000 });
}

test("with everything installed npm is not called, and arguments, output and exit code are those of the script", () => {
	const place = checkout(whole);
	const { stdout, status } = runIn(place, ["-e", "console.log(process.argv[1]); process.exit(7)", "an argument"]);
	expect({ stdout, status }).toEqual({ stdout: "an argument\n", status: 7 });
	expect(place.npmCalled()).toBe(false);
});

test.each([
	["nothing is installed", null],
	["a package is missing", { "": {} }],
	["a package has another version", { ...whole, "node_modules/node": { version: "23.0.0", integrity: "sha512-a" } }],
	["a package has another content", { ...whole, "node_modules/node": { version: "24.0.0", integrity: "sha512-z" } }],
])("when %s, npm ci is called", (_case, installed) => {
	const place = checkout(installed);
	const { status, stderr } = runIn(place, ["-e", ""]);
	expect(place.npmCalled()).toBe(true);
	expect(status).toBe(1);
	expect(stderr).toMatch(/npm says no[\s\S]*npm ended with code 3/);
	expect(stderr).not.toMatch(/\n\s+at /);
});

test("a failed install lets the next one begin", () => {
	const place = checkout(null);
	for (let attempt = 0; attempt < 2; attempt += 1) expect(runIn(place, ["-e", ""]).stderr).toContain("npm says no");
});

test("without npm the message says so", () => {
	const place = checkout(null);
	expect(runIn({ ...place, path: "/nowhere" }, ["-e", ""], { PATH: "/nowhere" }).stderr).toMatch(/npm on the PATH/);
});

test("SIGTERM reaches the script, which ends in its own way", async () => {
	const { run, path } = checkout(whole);
	const script = "process.on('SIGTERM', () => process.exit(42)); console.log('up'); setInterval(() => {}, 1000)";
	const child = spawn(process.execPath, [run, "-e", script], { env: { PATH: `${path}:/usr/bin:/bin` } });
	onTestFinished(() => void child.kill("SIGKILL"));
	await once(child.stdout, "data");
	child.kill("SIGTERM");
	expect(await once(child, "exit")).toEqual([42, null]);
});

test("a script that was killed looks killed", () => {
	expect(runIn(checkout(whole), ["-e", "process.kill(process.pid, 'SIGKILL')"]).signal).toBe("SIGKILL");
});
