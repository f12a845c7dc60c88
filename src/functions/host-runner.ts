// Runs functions of kinds `export` and `command` on the V8 hosts: waits for a turn, hands over the module where the host
// lacks it, answers host calls, and makes a result of whatever happens. Also asks a host to admit a module.

import type { Admission, AdmitRequest, CallDone, CallRequest, HostCall, HostCallReply } from "./host/protocol.ts";
import type { PooledHost } from "./host-pool.ts";
import { failed, type Invocation, type InvocationResult, type Runner } from "./invocation.ts";
import { fixedLimits, memoryPages } from "./limits.ts";
import { NotScheduled, type Scheduler, type Slot } from "./scheduler.ts";
import { HostCancelled, HostLost, HostTimeout } from "./spawn-host.ts";

export interface HostRunner extends Runner {
	/** @throws NotScheduled when no host is free in time */
	admit(request: Omit<AdmitRequest, "kind">, tenantId: string): Promise<Admission>;
}

export function createHostRunner(scheduler: Scheduler<PooledHost>): HostRunner {
	return {
		run: (invocation) => run(scheduler, invocation),
		admit: (request, tenantId) => admit(scheduler, request, tenantId),
	};
}

async function run(scheduler: Scheduler<PooledHost>, invocation: Invocation): Promise<InvocationResult> {
	const { tenantId, version, input, depth, cancelled } = invocation;
	if (depth >= fixedLimits.depth) return failed("CALLS_TOO_DEEP", { detail: `at most ${fixedLimits.depth} levels` });
	if (Buffer.byteLength(input) > version.limits.inputBytes)
		return failed("INPUT_TOO_LARGE", { detail: `at most ${version.limits.inputBytes} bytes` });
	// Tenants share no compiled module: whether a call is cold must not tell what another one runs.
	const moduleKey = `${tenantId}/${version.sha256}/${memoryPages(version.limits)}`;
	let slot: Slot<PooledHost>;
	try {
		slot = await scheduler.slot({ tenantId, moduleKey, nested: depth > 0, cancelled });
	} catch (error) {
		if (error instanceof NotScheduled) return failed(error.code);
		throw error;
	}
	try {
		return await runOn(slot, moduleKey, invocation);
	} finally {
		slot.release();
	}
}

async function runOn(slot: Slot<PooledHost>, moduleKey: string, invocation: Invocation): Promise<InvocationResult> {
	const { host, modules } = slot.host;
	const cold = modules.get(moduleKey) === undefined;
	const bytes = cold ? await invocation.loadModule() : null;
	if (bytes !== null) modules.set(moduleKey, bytes.length);
	const startedAt = performance.now();
	const ended = (done: CallDone) => resultOf(done, { durationMs: performance.now() - startedAt, cold });
	try {
		const request = requestOf(invocation, { moduleKey, bytes, drop: slot.host.dropped.splice(0) });
		const { timeMs } = invocation.version.limits;
		const { cancelled } = invocation;
		const done = await host.call(request, {
			timeoutMs: timeMs,
			answerHostCall: answerer(slot, invocation),
			cancelled,
		});
		host.residentBytes = done.residentBytes ?? host.residentBytes;
		if (done.ending.kind === "failure" && done.ending.code === "MODULE_UNUSABLE") modules.delete(moduleKey);
		return ended(done);
	} catch (error) {
		const details = { durationMs: performance.now() - startedAt, cold };
		if (error instanceof HostTimeout)
			return failed("TIME_EXCEEDED", { detail: `${invocation.version.limits.timeMs} ms`, ...details });
		if (error instanceof HostLost) return failed("HOST_LOST", details);
		if (error instanceof HostCancelled) return failed("CANCELLED", details);
		throw error;
	}
}

function requestOf(
	{ version, input }: Invocation,
	{ moduleKey, ...module }: { moduleKey: string; bytes: Uint8Array | null; drop: string[] },
): CallRequest {
	const { outputBytes, logLines } = version.limits;
	return {
		kind: "call",
		module: moduleKey,
		...module,
		entry: version.entry,
		input,
		limits: {
			memoryPages: memoryPages(version.limits),
			outputBytes,
			logLines,
			replyBytes: fixedLimits.replyBytes,
		},
	};
}

/** Answers the host calls of one invocation, and counts them here, where no guest can reach the counter. */
function answerer(slot: Slot<PooledHost>, { version, askGraphql }: Invocation) {
	let left = version.limits.hostCalls;
	return async (call: HostCall, signal: AbortSignal): Promise<HostCallReply> => {
		if (left-- <= 0)
			return { kind: "stop", code: "TOO_MANY_HOST_CALLS", detail: `at most ${version.limits.hostCalls}` };
		slot.suspend();
		try {
			return { kind: "reply", text: await askGraphql(call.query, call.variables, signal) };
		} finally {
			slot.resume();
		}
	};
}

function resultOf({ ending, logs }: CallDone, at: { durationMs: number; cold: boolean }): InvocationResult {
	switch (ending.kind) {
		case "output":
			return { status: "SUCCESS", output: ending.text, error: null, logs, ...at };
		case "failure":
			return failed(ending.code, { detail: ending.detail, logs, ...at });
	}
}

async function admit(
	scheduler: Scheduler<PooledHost>,
	request: Omit<AdmitRequest, "kind">,
	tenantId: string,
	attemptsLeft = 1,
): Promise<Admission> {
	const slot = await scheduler.slot({ tenantId, moduleKey: null, nested: false, cancelled: null });
	try {
		return await slot.host.host.admit({ kind: "admit", ...request }, fixedLimits.admissionMs);
	} catch (error) {
		const detail = `it took longer than ${fixedLimits.admissionMs} ms to compile`;
		if (error instanceof HostTimeout) return { kind: "refused", reason: "ADMISSION_TIMEOUT", detail };
		if (!(error instanceof HostLost)) throw error;
	} finally {
		slot.release();
	}
	// Compiling must not end a host: a module that ends two is not taken. One may have been ended by something else.
	if (attemptsLeft > 0) return await admit(scheduler, request, tenantId, attemptsLeft - 1);
	return { kind: "refused", reason: "DOES_NOT_COMPILE", detail: "the process that compiled it ended" };
}
