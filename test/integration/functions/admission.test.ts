// A module that cannot be trusted to load is refused at deploy, with the reason, and the host that looked at it lives.
import { afterAll, beforeAll, expect, test } from "vitest";
import { add, refused } from "../../support/functions/refused-modules.ts";
import { settled, startTestHosts, type TestHosts } from "../../support/functions/test-hosts.ts";
import { echo, handler, wat } from "../../support/functions/wat.ts";

let hosts: TestHosts;
beforeAll(async () => {
	hosts = await startTestHosts();
	await hosts.admit({ bytes: add });
	await settled(hosts, 3);
});
afterAll(() => hosts.stop());

const good = handler(echo);

test.each(refused)("refuses %s: %s", async (_what, reason, bytes, detail) => {
	const admission = await hosts.admit({ bytes });
	expect(admission).toEqual({ kind: "refused", reason, detail: expect.stringMatching(detail) });
	expect(await hosts.admit({ bytes: add, name: "add" })).toMatchObject({ kind: "admitted" });
});

test("refuses a module cut off at every byte", { timeout: 60_000 }, async () => {
	const pids = [...hosts.pids()].sort();
	for (let length = 0; length < good.length; length++) {
		const admission = await hosts.admit({ bytes: good.subarray(0, length) });
		expect(admission.kind, `${length} bytes`).toBe("refused");
	}
	expect([...hosts.pids()].sort()).toEqual(pids);
});

test("survives a module with any one byte changed", { timeout: 60_000 }, async () => {
	const pids = [...hosts.pids()].sort();
	for (let index = 0; index < good.length; index++) {
		const bytes = good.slice();
		bytes[index] = (bytes[index] ?? 0) ^ 0xff;
		await hosts.admit({ bytes });
	}
	expect([...hosts.pids()].sort()).toEqual(pids);
});

test("refuses a command without _start, and takes one that has it", async () => {
	expect(await hosts.admit({ bytes: good, kind: "command" })).toMatchObject({ reason: "NO_ENTRY" });
	const command = wat(`(module (memory (export "memory") 1) (func (export "_start")))`);
	expect(await hosts.admit({ bytes: command, kind: "command" })).toEqual({
		kind: "admitted",
		entry: { kind: "command" },
	});
});

test("finds the numbers of an export by its type", async () => {
	expect(await hosts.admit({ bytes: add, name: "add" })).toEqual({
		kind: "admitted",
		entry: { kind: "numbers", export: "add", params: ["i32", "i32"], results: ["i32"] },
	});
});
