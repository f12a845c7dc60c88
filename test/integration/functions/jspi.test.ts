// A host of a Node.js without JSPI: functions that ask GraphQL are refused with a clear error, all others run. No flag takes
// JSPI out of Node.js 24, so the host is started with its two names removed before its program is loaded.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { AdmitRequest, CallRequest } from "../../../src/functions/host/protocol.ts";
import { failed } from "../../../src/functions/invocation.ts";
import { fixedLimits, memoryPages, resolveLimits } from "../../../src/functions/limits.ts";
import { prepareHost } from "../../../src/functions/prepare-host.ts";
import { spawnConfined } from "../../../src/functions/spawn-confined.ts";
import { Host } from "../../../src/functions/spawn-host.ts";
import { echo, handler } from "../../support/functions/wat.ts";

const withoutJspi = "data:text/javascript,delete WebAssembly.Suspending; delete WebAssembly.promising;";
const limits = resolveLimits({});
const calling = { timeoutMs: 10_000, answerHostCall: null, cancelled: null };

test("a function that asks GraphQL is refused where JSPI is missing, one that does not runs", async () => {
	const dataDir = await mkdtemp(join(tmpdir(), "apprun-jspi-"));
	const { folder, entry } = await prepareHost(dataDir);
	const flags = [`--allow-fs-read=${folder}`, "--import", withoutJspi];
	const host = new Host(spawnConfined({ arguments: [...flags, entry], folder, user: null }));
	onTestFinished(async () => {
		host.kill();
		await rm(dataDir, { recursive: true });
	});
	const call = async (bytes: Uint8Array) => {
		const caps = { ...fixedLimits, memoryPages: memoryPages(limits) };
		const admit: AdmitRequest = { kind: "admit", bytes, moduleKind: null, functionName: "run", caps };
		expect(await host.admit(admit, calling.timeoutMs)).toEqual({ kind: "admitted", entry: { kind: "json" } });
		const request: CallRequest = {
			kind: "call",
			module: String(bytes.length),
			bytes,
			drop: [],
			entry: { kind: "json" },
			input: '"still here"',
			limits: { ...limits, memoryPages: memoryPages(limits), replyBytes: fixedLimits.replyBytes },
		};
		return (await host.call(request, calling)).ending;
	};
	// The helper imports graphql, whether or not it is called.
	const refused = await call(handler(echo));
	expect(refused).toMatchObject({ kind: "failure", code: "JSPI_MISSING" });
	expect(failed("JSPI_MISSING")).toMatchObject({ status: "REFUSED", error: { hint: expect.stringContaining("24") } });
	expect(await call(handler(echo, "", "2", ["log"]))).toEqual({ kind: "output", text: '"still here"' });
});
