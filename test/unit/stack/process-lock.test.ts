// A lock belongs to a running process, and to nobody once that is gone.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { identifyProcess, isRunning } from "../../../src/stack/process-identity.ts";
import { tryLock, waitForLock } from "../../../src/stack/process-lock.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** Another process that takes the lock and waits. */
async function lockElsewhere(path: string) {
	const module = new URL("../../../src/stack/process-lock.ts", import.meta.url).href;
	const script = `import { tryLock } from ${JSON.stringify(module)};
		console.log(tryLock(${JSON.stringify(path)}).kind); setInterval(() => {}, 1000);`;
	const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	onTestFinished(() => void child.kill("SIGKILL"));
	const [said] = await once(child.stdout, "data");
	return { child, said: String(said).trim() };
}

test("a lock is taken once, and again after it was given back", () => {
	const path = join(temporaryFolder(), "lock");
	const first = tryLock(path);
	expect(first.kind).toBe("locked");
	expect(tryLock(path)).toEqual({ kind: "busy", holder: identifyProcess(process.pid) });
	if (first.kind === "locked") first.lock.release();
	expect(existsSync(path)).toBe(false);
	expect(tryLock(path).kind).toBe("locked");
});

test("the lock of a killed process is free", async () => {
	const path = join(temporaryFolder(), "lock");
	const { child, said } = await lockElsewhere(path);
	expect(said).toBe("locked");
	expect(tryLock(path)).toMatchObject({ kind: "busy", holder: { pid: child.pid } });
	child.kill("SIGKILL");
	await once(child, "exit");
	expect(tryLock(path).kind).toBe("locked");
});

test("a reused pid does not hold the lock: the start time tells", () => {
	const path = join(temporaryFolder(), "lock");
	writeFileSync(path, JSON.stringify({ pid: process.pid, startTime: "another life" }));
	expect(tryLock(path).kind).toBe("locked");
});

test("a lock file that says nothing is stale", () => {
	const path = join(temporaryFolder(), "lock");
	writeFileSync(path, "");
	expect(tryLock(path).kind).toBe("locked");
});

test("waiting ends when the holder does, and nothing is left beside the lock", async () => {
	const folder = temporaryFolder();
	const path = join(folder, "lock");
	const { child } = await lockElsewhere(path);
	const waitedFor: number[] = [];
	const waiting = waitForLock(path, ({ pid }) => waitedFor.push(pid));
	setTimeout(() => child.kill("SIGKILL"), 100);
	const lock = await waiting;
	expect(waitedFor).toEqual([child.pid]);
	expect(readdirSync(folder)).toEqual(["lock"]);
	lock.release();
	expect(readdirSync(folder)).toEqual([]);
});

test("of many that see the same stale lock, one takes it", async () => {
	const path = join(temporaryFolder(), "lock");
	writeFileSync(path, JSON.stringify({ pid: 2 ** 22, startTime: "gone" }));
	const answers = await Promise.all(Array.from({ length: 6 }, () => lockElsewhere(path)));
	expect(answers.filter(({ said }) => said === "locked")).toHaveLength(1);
});

test("a process is running until it ends", async () => {
	const child = spawn("sleep", ["60"]);
	await once(child, "spawn");
	const identity = identifyProcess(child.pid ?? 0);
	if (identity === null) throw new Error("the child has a pid");
	expect(isRunning(identity)).toBe(true);
	child.kill("SIGKILL");
	await once(child, "exit");
	expect(isRunning(identity)).toBe(false);
});
