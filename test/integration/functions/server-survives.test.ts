// After every fault, several times over, the server is the process that it was: no busy thread, no lost memory.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("faults of functions leave the server as it was", { timeout: 120_000 }, async () => {
	const script = fileURLToPath(new URL("../../support/functions/faulty-server.ts", import.meta.url));
	const flags = ["--expose-gc", "--disable-warning=ExperimentalWarning"];
	const { stdout } = await promisify(execFile)(process.execPath, [...flags, script]);
	const { before, after, cpuShare } = JSON.parse(stdout) as { before: number; after: number; cpuShare: number };
	expect(after).toBeLessThan(before * 1.2);
	expect(cpuShare).toBeLessThan(0.2);
});
