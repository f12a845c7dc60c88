// Takes a compiled module and a call, gives how the call ended. Every call gets a fresh instance, so nothing that a
// guest does to itself outlives the call.
import { CallState, EndOfCall, jsonEnding } from "./call-state.ts";
import { type AskGraphql, abortImport, hostImports } from "./host-imports.ts";
import { toJson, toNumbers } from "./numbers.ts";
import type { CallRequest, Ending, Entry } from "./protocol.ts";
import { wasiImports } from "./wasi.ts";

export interface CompiledModule {
	readonly module: WebAssembly.Module;
	/** Modules that it imports from: only those are made for a call. */
	readonly imports: ReadonlySet<string>;
	/** It imports host.graphql: its stack must be able to wait. */
	readonly waits: boolean;
}

type Guest = (...values: unknown[]) => unknown;

const encoder = new TextEncoder();

/** Never throws: whatever the guest does is an ending. */
export async function runCall(compiled: CompiledModule, call: CallRequest, askGraphql: AskGraphql) {
	const state = new CallState(call.limits);
	const ending = await attempt(compiled, call, askGraphql, state).catch((error) => endingOf(error, state));
	state.flushLog();
	return { ending, logs: state.logs };
}

async function attempt(
	compiled: CompiledModule,
	call: CallRequest,
	askGraphql: AskGraphql,
	state: CallState,
): Promise<Ending> {
	if (compiled.waits && typeof WebAssembly.Suspending !== "function")
		state.fail("JSPI_MISSING", "this Node.js cannot suspend a function while it waits for GraphQL");
	const input = encoder.encode(call.input);
	const { imports } = compiled;
	const { exports } = new WebAssembly.Instance(compiled.module, {
		...(imports.has("host") ? { host: hostImports(state, askGraphql) } : {}),
		...(imports.has("env") ? { env: { abort: abortImport(state) } } : {}),
		...(imports.has("wasi_snapshot_preview1") ? { wasi_snapshot_preview1: wasiImports(state, input) } : {}),
	});
	if (exports["memory"] instanceof WebAssembly.Memory) state.memory = exports["memory"];
	const entered = (name: string): Guest => {
		const guest = exports[name] as Guest;
		return compiled.waits ? (WebAssembly.promising(guest) as Guest) : guest;
	};
	if (call.entry.kind !== "command" && typeof exports["_initialize"] === "function") await entered("_initialize")();
	const ending = await enter(call, call.entry, input, { state, entered, alloc: exports["alloc"] as Guest });
	return state.ending ?? ending;
}

interface Guests {
	readonly state: CallState;
	readonly entered: (name: string) => Guest;
	readonly alloc: Guest;
}

async function enter(call: CallRequest, entry: Entry, input: Uint8Array, guests: Guests): Promise<Ending> {
	const { state, entered } = guests;
	switch (entry.kind) {
		case "numbers": {
			const values = toNumbers(call.input, entry.params);
			if (typeof values === "string") return { kind: "failure", code: "BAD_INPUT", detail: values };
			return toJson(await entered(entry.export)(...values), entry.results);
		}
		case "json": {
			const pointer = Number(guests.alloc(input.length));
			state.slice(pointer, input.length).set(input);
			const packed = BigInt.asUintN(64, (await entered("handle")(pointer, input.length)) as bigint);
			const answer = state.slice(Number(packed >> 32n), Number(packed & 0xffffffffn));
			state.checkOutput(answer.length);
			return jsonEnding(answer);
		}
		case "command":
			await entered("_start")();
			return state.outputEnding();
	}
}

function endingOf(error: unknown, state: CallState): Ending {
	if (state.ending !== null) return state.ending;
	const failure = (code: "STACK_OVERFLOW" | "BAD_POINTER" | "MEMORY_EXHAUSTED" | "TRAP", detail: string): Ending => ({
		kind: "failure",
		code,
		detail,
	});
	if (error instanceof EndOfCall) return failure("TRAP", "it ended without a reason");
	if (error instanceof RangeError && error.message.includes("call stack"))
		return failure("STACK_OVERFLOW", "it called itself too deeply");
	if (error instanceof RangeError && error.message.includes("memory"))
		return failure("MEMORY_EXHAUSTED", "its memory could not be had");
	if (error instanceof RangeError) return failure("BAD_POINTER", "it gave an address outside of its memory");
	// A guest whose allocator is at its cap traps; say so, for the trap itself does not.
	const pages = (state.memory?.buffer.byteLength ?? 0) / 65_536;
	if (pages >= state.limits.memoryPages * 0.9)
		return failure("MEMORY_EXHAUSTED", `it stopped with ${pages} of ${state.limits.memoryPages} pages in use`);
	if (error instanceof WebAssembly.RuntimeError) return failure("TRAP", error.message);
	return failure("TRAP", "it threw an exception that it did not catch");
}
