// Takes a module that somebody wants to deploy, gives how it will be entered, or the reason why it is refused. Runs none
// of its code: a module with a start section is refused before it is instantiated.
import { MalformedModule } from "./byte-reader.ts";
import { capMemory } from "./cap-memory.ts";
import { hostNames } from "./host-imports.ts";
import { FUNCTION, type FunctionType, inspectModule, MEMORY, type ModuleFacts } from "./inspect-module.ts";
import type { Admission, AdmitRequest, Entry, ModuleCaps, NumberType, RefusalReason } from "./protocol.ts";
import { wasiNames } from "./wasi.ts";
import { wasixNames } from "./wasix.ts";

const allowed: ReadonlyMap<string, ReadonlySet<string>> = new Map([
	["host", hostNames],
	["env", new Set(["abort"])],
	["wasi_snapshot_preview1", wasiNames],
]);

/** The sandbox has no `host`, but all of WASI, WASIX, and threads on a memory that is shared between them. */
const allowedInSandbox: ReadonlyMap<string, ReadonlySet<string>> = new Map([
	["wasi_snapshot_preview1", wasiNames],
	["wasix_32v1", wasixNames],
	["wasi", new Set(["thread-spawn"])],
	["env", new Set(["memory"])],
]);

const refuse = (reason: RefusalReason, detail: string): Admission => ({ kind: "refused", reason, detail });

/** Never throws. */
export function admitModule(request: AdmitRequest): Admission {
	try {
		const facts = inspectModule(request.bytes);
		const declared = checkDeclarations(facts, request) ?? checkImports(facts, request);
		if (declared !== null) return declared;
		const entry = findEntry(facts, request);
		if ("reason" in entry) return entry;
		return tryModule(request, facts) ?? { kind: "admitted", entry };
	} catch (error) {
		if (error instanceof MalformedModule) return refuse(error.reason, error.message);
		return refuse("NOT_A_MODULE", "it cannot be read");
	}
}

function checkDeclarations(facts: ModuleFacts, { caps }: { readonly caps: ModuleCaps }): Admission | null {
	if (facts.hasStart) return refuse("START_SECTION", "it would run code while it is loaded");
	if (facts.exports.size > caps.exports)
		return refuse("TOO_MANY_EXPORTS", `it has ${facts.exports.size} exports of at most ${caps.exports}`);
	const shared = facts.sharedMemory;
	if (facts.memories.length + (shared === null ? 0 : 1) > 1)
		return refuse("UNSUPPORTED_FEATURE", "more than one memory");
	const pages = facts.memories[0]?.initial ?? 0;
	if (pages > caps.memoryPages)
		return refuse("MEMORY_TOO_LARGE", `it starts with ${pages} pages of at most ${caps.memoryPages}`);
	// It is made by whoever runs the module, with the maximum that the module names: nobody can lower that afterwards.
	if (shared !== null && shared.maximum > caps.memoryPages)
		return refuse(
			"MEMORY_TOO_LARGE",
			`its shared memory may grow to ${shared.maximum} pages of at most ${caps.memoryPages}`,
		);
	const entries = facts.tables.reduce((sum, table) => sum + table.initial, 0);
	if (entries > caps.tableEntries)
		return refuse("TABLE_TOO_LARGE", `its tables have ${entries} entries of at most ${caps.tableEntries}`);
	return null;
}

function checkImports(facts: ModuleFacts, { moduleKind }: AdmitRequest): Admission | null {
	const names = moduleKind === "sandbox" ? allowedInSandbox : allowed;
	const unknown = facts.imports.find(({ module, name }) => names.get(module)?.has(name) !== true);
	if (unknown === undefined) return null;
	return refuse("UNKNOWN_IMPORT", `it imports ${unknown.module}.${unknown.name}`.slice(0, 200));
}

function findEntry(facts: ModuleFacts, request: AdmitRequest): Entry | Extract<Admission, { kind: "refused" }> {
	const missing = (detail: string) => ({ kind: "refused", reason: "NO_ENTRY", detail }) as const;
	const hasMemory = facts.exports.get("memory")?.kind === MEMORY;
	const kind = request.moduleKind ?? (facts.exports.has("_start") ? "command" : "export");
	const needsMemory = facts.imports.length > 0 || kind !== "export";
	if (needsMemory && !hasMemory)
		return { kind: "refused", reason: "NO_MEMORY", detail: "it does not export its memory as `memory`" };
	if (kind !== "export")
		return isType(facts, "_start", "() -> ()")
			? { kind: "command" }
			: missing("a command exports `_start`, without parameters or results");
	if (facts.exports.has("handle") || facts.exports.has("alloc")) {
		if (hasMemory && isType(facts, "alloc", "(i32) -> (i32)") && isType(facts, "handle", "(i32, i32) -> (i64)"))
			return { kind: "json" };
		return missing("`memory`, `alloc(i32) -> i32` and `handle(i32, i32) -> i64` must be exported together");
	}
	return numbersEntry(facts, request.functionName) ?? missing(noExport(facts, request.functionName));
}

function numbersEntry(facts: ModuleFacts, functionName: string): Entry | null {
	const functions = [...facts.exports].filter(([name, item]) => item.kind === FUNCTION && name !== "_initialize");
	const exact = functions.find(([name]) => name === functionName);
	const [name, item] = exact ?? (functions.length === 1 ? functions[0] : undefined) ?? [];
	if (name === undefined || item?.type == null) return null;
	const { params, results } = item.type;
	if (!onlyNumbers(params) || !onlyNumbers(results) || params.length > 100 || results.length > 100) return null;
	return { kind: "numbers", export: name, params, results };
}

const onlyNumbers = (types: readonly (NumberType | "other")[]): types is readonly NumberType[] =>
	!types.includes("other");

function noExport(facts: ModuleFacts, functionName: string): string {
	const names = [...facts.exports].filter(([, item]) => item.kind === FUNCTION).map(([name]) => name);
	return `there is no \`handle\` and no export over numbers named \`${functionName}\`; it exports ${
		names.slice(0, 20).join(", ").slice(0, 300) || "no function"
	}`;
}

function isType(facts: ModuleFacts, name: string, wanted: string): boolean {
	const type = facts.exports.get(name)?.type ?? null;
	const text = (found: FunctionType) => `(${found.params.join(", ")}) -> (${found.results.join(", ")})`;
	return type !== null && text(type) === wanted;
}

/** Compiles it and makes an instance, whose data and table segments V8 checks then. */
function tryModule(request: AdmitRequest, facts: ModuleFacts): Admission | null {
	let module: WebAssembly.Module;
	try {
		module = new WebAssembly.Module(capMemory(request.bytes, facts, request.caps.memoryPages));
	} catch (error) {
		return refuse("DOES_NOT_COMPILE", reasonOf(error));
	}
	try {
		const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
		const memory = facts.sharedMemory && new WebAssembly.Memory({ ...facts.sharedMemory, shared: true });
		for (const item of facts.imports) {
			imports[item.module] ??= {};
			const value = item.kind === MEMORY ? memory : () => 0;
			Object.assign(imports[item.module] ?? {}, { [item.name]: value });
		}
		new WebAssembly.Instance(module, imports);
		return null;
	} catch (error) {
		return refuse("DOES_NOT_INSTANTIATE", reasonOf(error));
	}
}

/** V8 says what is wrong and at which byte; that holds nothing of this machine. */
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message.slice(0, 300) : "unknown");
