// A function host: a process that runs one call at a time for the server that started it, over IPC. It has no
// environment, and Node's permission model keeps it from files, processes and workers.
import { admitModule } from "./admit-module.ts";
import { capMemory } from "./cap-memory.ts";
import { inspectModule } from "./inspect-module.ts";
import type { CallDone, CallRequest, FromHost, HostCallReply, ToHost } from "./protocol.ts";
import { type CompiledModule, runCall } from "./run-call.ts";

const modules = new Map<string, CompiledModule>();
let answered: ((reply: HostCallReply) => void) | null = null;
let calls = 0;

const send = (message: FromHost): void => {
	process.send?.(message);
};

function compile(bytes: Uint8Array, memoryPages: number): CompiledModule {
	const facts = inspectModule(bytes);
	const module = new WebAssembly.Module(capMemory(bytes, facts, memoryPages));
	const imports = new Set(facts.imports.map((item) => item.module));
	return { module, imports, waits: facts.imports.some((item) => item.module === "host" && item.name === "graphql") };
}

function askGraphql(query: string, variables: string): Promise<HostCallReply> {
	return new Promise((resolve) => {
		answered = resolve;
		send({ kind: "graphql", query, variables });
	});
}

async function call(request: CallRequest): Promise<CallDone> {
	for (const key of request.drop) modules.delete(key);
	// The resident size is read from the kernel: often enough to see growth, not in every call.
	const residentBytes = calls++ % 64 === 63 ? process.memoryUsage.rss() : null;
	try {
		if (request.bytes !== null) modules.set(request.module, compile(request.bytes, request.limits.memoryPages));
		const compiled = modules.get(request.module);
		if (compiled === undefined) throw new Error("the host does not hold the module");
		const { ending, logs } = await runCall(compiled, request, askGraphql);
		return { kind: "done", ending, logs, residentBytes };
	} catch (error) {
		const detail = error instanceof Error ? error.message.slice(0, 300) : "unknown";
		return {
			kind: "done",
			ending: { kind: "failure", code: "MODULE_UNUSABLE", detail },
			logs: [],
			residentBytes,
		};
	}
}

process.on("message", (message: ToHost) => {
	if (message.kind === "admit") send(admitModule(message));
	else if (message.kind === "call") call(message).then(send);
	else answered?.(message);
});
process.on("disconnect", () => process.exit());
send({ kind: "ready" });
