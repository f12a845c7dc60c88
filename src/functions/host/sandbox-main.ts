// The sandbox process: runs WASI commands with files on @wasmer/sdk, a few at a time, for the server that started it. The
// server ends it after a timeout, a failure, growth or a number of runs: what the SDK loses, only that gives back.
import { pathToFileURL } from "node:url";
import { jsonEnding } from "./call-state.ts";
import { capMemory } from "./cap-memory.ts";
import { inspectModule } from "./inspect-module.ts";
import type { Ending, FromSandbox, SandboxRequest } from "./protocol.ts";
import { mayLeaveSomethingRunning } from "./wasix.ts";

type Sdk = typeof import("@wasmer/sdk/node");
type Package = Awaited<ReturnType<InstanceType<Sdk["Wasmer"]>["packages"]["load"]>>;

// Handed over as a path: this file may run from a folder where the package cannot be resolved.
const sdk = (await import(pathToFileURL(process.argv[2] ?? "").href)) as Sdk;
const client = await new sdk.Wasmer({ cache: false }).ready();
interface Loaded {
	readonly package: Promise<Package>;
	/** Threads of it may outlive a call: the process is not kept after one. */
	readonly lingers: boolean;
}

const packages = new Map<string, Loaded>();

/** A promise of the SDK may never settle. */
const patienceMs = 5000;
/** What wasmer answers for a module that it cannot instantiate. */
const cannotInstantiate = 45;
const longestLine = 2048;

const send = (message: FromSandbox): void => {
	process.send?.(message);
};

function load(request: SandboxRequest): Loaded {
	const known = packages.get(request.module);
	if (known !== undefined) return known;
	const bytes = request.bytes ?? new Uint8Array();
	const facts = inspectModule(bytes);
	const loading = client.packages.load(capMemory(bytes, facts, request.limits.memoryPages));
	const loaded = { package: loading, lingers: mayLeaveSomethingRunning(facts.imports) };
	packages.set(request.module, loaded);
	loading.catch(() => packages.delete(request.module));
	return loaded;
}

async function within<Value>(promise: Promise<Value>, milliseconds: number): Promise<Value> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error("the sandbox does not answer")), milliseconds);
	});
	return await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function run(request: SandboxRequest): Promise<Omit<FromSandbox & { kind: "ran" }, "kind" | "id">> {
	const { timeMs, limits } = request;
	const loaded = load(request);
	const command = await within(loaded.package, patienceMs);
	const sandbox = await within(client.sandboxes.create({ packages: [command] }), patienceMs);
	try {
		const running = sandbox.command(command).run({
			stdin: request.input,
			timeoutMs: timeMs,
			outputBytes: limits.outputBytes + 1,
			check: false,
		});
		const output = await within(running, timeMs + patienceMs);
		const logs = output.stderr.bytes.length === 0 ? [] : lines(output.stderr.bytes);
		const judged = judge(output, logs, request);
		return { ...judged, healthy: judged.healthy && !loaded.lingers, logs: logs.slice(0, limits.logLines) };
	} finally {
		// Not awaited: it may wait for a lock that a dead guest holds.
		sandbox.close().catch(() => {});
	}
}

function judge(
	output: InstanceType<Sdk["Output"]>,
	logs: readonly string[],
	{ timeMs, limits }: SandboxRequest,
): { ending: Ending; healthy: boolean } {
	const failure = (code: (Ending & { kind: "failure" })["code"], detail: string, healthy: boolean) => ({
		ending: { kind: "failure", code, detail } as const,
		healthy,
	});
	const exited = output.reason === "exited";
	// What is too long is cut off by the SDK while the guest goes on, until its time is up.
	if (output.stdout.bytes.length > limits.outputBytes)
		return failure("OUTPUT_TOO_LARGE", `it answered more than ${limits.outputBytes} bytes`, exited);
	if (output.stderr.truncated || logs.length > limits.logLines)
		return failure("LOGS_TOO_LONG", `it wrote more than ${limits.logLines} lines`, exited);
	// The SDK says that it stopped the guest; a thread of it may go on, so the process is not kept.
	if (!exited) return failure("TIME_EXCEEDED", `${timeMs} ms`, false);
	if (output.exitCode !== 0)
		return failure("EXIT_CODE", `it ended with exit code ${output.exitCode}`, output.exitCode !== cannotInstantiate);
	return { ending: jsonEnding(output.stdout.bytes), healthy: true };
}

function lines(bytes: Uint8Array): string[] {
	const found = new TextDecoder().decode(bytes).split("\n");
	if (found.at(-1) === "") found.pop();
	return found.map((line) => (line.length > longestLine ? `${line.slice(0, longestLine)} …` : line));
}

/** A trap comes as an error of the SDK, whose message holds V8's. */
function trapOf(error: unknown, { module }: SandboxRequest): { ending: Ending; healthy: boolean; logs: string[] } {
	const trapped = sdk.WasmerError.is(error, "EXECUTION_ERROR");
	const detail = error instanceof Error ? error.message.slice(0, 300) : "unknown";
	return {
		ending: { kind: "failure", code: trapped ? "TRAP" : "MODULE_UNUSABLE", detail },
		healthy: trapped && packages.get(module)?.lingers === false,
		logs: [],
	};
}

process.on("message", (request: SandboxRequest) => {
	run(request)
		.catch((error) => trapOf(error, request))
		.then((ran) => send({ kind: "ran", id: request.id, ...ran }));
});
process.on("disconnect", () => process.exit());
send({ kind: "ready" });
