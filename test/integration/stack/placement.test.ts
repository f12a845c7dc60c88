// Where services live and as whom they run: never as root, and also below a folder that only its owner may enter.
import { chmodSync, existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, expect, onTestFinished, test } from "vitest";
import type { Observation } from "../../../src/observe/observation.ts";
import { findServiceUser } from "../../../src/stack/service-user.ts";
import { startStack } from "../../../src/stack/start-stack.ts";
import { socketsOf } from "../../support/start-process.ts";
import { throwawayStack } from "../../support/test-stack-config.ts";

const isRoot = process.getuid?.() === 0;
// Longer than a unix socket's path may be.
const deep = "a-folder-with-a-long-name/".repeat(4);

const throwaway = throwawayStack();
afterAll(() => throwaway.remove());

/** A stack in a folder that, with `open` false, nobody else may enter; and the folder that has its services' files. */
async function startIn(folder: string, open: boolean) {
	const dataDir = join(throwaway.config.dataDir, folder);
	mkdirSync(dataDir, { recursive: true });
	chmodSync(throwaway.config.dataDir, open ? 0o711 : 0o700);
	const notes: string[] = [];
	const observe = (each: Observation) => void (each.kind === "stack.note" && notes.push(each.message));
	const stack = await startStack({ ...throwaway.config, dataDir, kratos: false }, observe);
	const elsewhere = notes.flatMap((note) => /their files are in (\S+)\.$/.exec(note)?.slice(1) ?? []);
	onTestFinished(() => {
		for (const path of elsewhere) rmSync(path, { recursive: true, force: true });
	});
	return { stack, dataDir, filesIn: elsewhere[0] ?? dataDir };
}

test("below a private folder the stack runs as an unprivileged user, with its files where that user can reach them", async () => {
	const { stack, dataDir, filesIn } = await startIn("private", false);
	try {
		expect(await stack.health()).toEqual(["postgres", "postgrest"].map((name) => ({ name, status: "ok" })));
		const uid = (await findServiceUser(throwaway.config.serviceUser))?.uid ?? process.getuid?.();
		expect(uid).not.toBe(0);
		const { postgres, postgrest } = stack.pids();
		for (const pid of [postgres, postgrest]) expect(statSync(`/proc/${pid}`).uid).toBe(uid);
		expect(filesIn === dataDir).toBe(!isRoot);
		expect(existsSync(join(filesIn, "postgres", "PG_VERSION"))).toBe(true);
		// Secrets stay in the data dir, which the services' user cannot enter.
		expect(statSync(join(dataDir, "secrets.json")).uid).toBe(process.getuid?.());
	} finally {
		await stack.stop();
	}
	expect(socketsOf(filesIn)).toEqual([]);
});

test("where the path is too long for a socket, the sockets are elsewhere, and gone afterwards", async () => {
	const { stack, dataDir, filesIn } = await startIn(deep, true);
	const socketPath = stack.endpoints.postgrest.socketPath ?? "";
	const existed = existsSync(socketPath);
	await stack.stop();
	expect(existed).toBe(true);
	expect(filesIn).toBe(dataDir);
	expect(Buffer.byteLength(socketPath)).toBeLessThan(104);
	expect(existsSync(dirname(socketPath))).toBe(false);
});
