// Takes the bytes of a module, gives what it declares (types, imports, memory, tables, exports, start); throws
// MalformedModule for bytes that are no module and for features that a function cannot use. Runs and compiles nothing.
// Format: https://webassembly.github.io/spec/core/binary/modules.html
import { ByteReader, MalformedModule } from "./byte-reader.ts";
import type { NumberType } from "./protocol.ts";

export interface FunctionType {
	/** `other` for a reference or a vector. */
	readonly params: readonly (NumberType | "other")[];
	readonly results: readonly (NumberType | "other")[];
}

export interface ModuleFacts {
	readonly imports: readonly { readonly module: string; readonly name: string; readonly kind: number }[];
	/** `env.memory`, shared between threads. */
	readonly sharedMemory: { readonly initial: number; readonly maximum: number } | null;
	readonly memories: readonly { readonly initial: number; readonly maximum: number | null }[];
	/** Where the memory section's content is, for capMemory. */
	readonly memorySection: { readonly header: number; readonly start: number; readonly end: number } | null;
	readonly tables: readonly { readonly initial: number; readonly maximum: number | null }[];
	readonly exports: ReadonlyMap<string, { readonly kind: number; readonly type: FunctionType | null }>;
	readonly hasStart: boolean;
}

/** Import and export kinds, as in the binary format. */
export const FUNCTION = 0;
export const MEMORY = 2;

const number: Readonly<Record<number, NumberType>> = { 127: "i32", 126: "i64", 125: "f32", 124: "f64" };

/** @throws MalformedModule */
export function inspectModule(bytes: Uint8Array): ModuleFacts {
	const reader = new ByteReader(bytes);
	reader.preamble();
	const found = new Found();
	while (!reader.atEnd()) {
		const header = reader.offset;
		const id = reader.byte();
		const size = reader.u32();
		const end = reader.offset + size;
		if (end > bytes.length) throw new MalformedModule("the module ends inside a section", "NOT_A_MODULE");
		readSection(id, reader, found, { header, start: reader.offset, end });
		reader.offset = end;
	}
	return found.facts();
}

type Place = { readonly header: number; readonly start: number; readonly end: number };

class Found {
	readonly types: FunctionType[] = [];
	readonly imports: { module: string; name: string; kind: number }[] = [];
	/** Type index of every function, imported ones first. */
	readonly functions: number[] = [];
	readonly memories: { initial: number; maximum: number | null }[] = [];
	readonly tables: { initial: number; maximum: number | null }[] = [];
	readonly exported: { name: string; kind: number; index: number }[] = [];
	memorySection: Place | null = null;
	sharedMemory: { initial: number; maximum: number } | null = null;
	hasStart = false;

	facts(): ModuleFacts {
		const exports = new Map<string, { kind: number; type: FunctionType | null }>();
		for (const { name, kind, index } of this.exported) {
			const type = kind === FUNCTION ? (this.types[this.functions[index] ?? -1] ?? null) : null;
			exports.set(name, { kind, type });
		}
		const { imports, sharedMemory, memories, memorySection, tables, hasStart } = this;
		return { imports, sharedMemory, memories, memorySection, tables, exports, hasStart };
	}
}

function readSection(id: number, reader: ByteReader, found: Found, place: Place): void {
	if (id === 1) reader.each(() => found.types.push(functionType(reader)));
	else if (id === 2) reader.each(() => readImport(reader, found));
	else if (id === 3) reader.each(() => found.functions.push(reader.u32()));
	else if (id === 4) reader.each(() => found.tables.push(table(reader)));
	else if (id === 5) reader.each(() => found.memories.push(memory(reader)));
	else if (id === 7)
		reader.each(() => found.exported.push({ name: reader.name(), kind: reader.byte(), index: reader.u32() }));
	if (id === 5) found.memorySection = place;
	if (id === 8) found.hasStart = true;
}

function readImport(reader: ByteReader, found: Found): void {
	const item = { module: reader.name(), name: reader.name(), kind: reader.byte() };
	if (item.kind === MEMORY && item.module === "env" && item.name === "memory") {
		found.imports.push(item);
		found.sharedMemory = sharedLimits(reader);
		return;
	}
	if (item.kind !== FUNCTION) throw new MalformedModule(`${item.module}.${item.name} is no function`, "UNKNOWN_IMPORT");
	found.imports.push(item);
	found.functions.push(reader.u32());
}

function functionType(reader: ByteReader): FunctionType {
	if (reader.byte() !== 0x60) throw new MalformedModule("garbage-collected types", "UNSUPPORTED_FEATURE");
	return { params: valueTypes(reader), results: valueTypes(reader) };
}

function valueTypes(reader: ByteReader): (NumberType | "other")[] {
	const types: (NumberType | "other")[] = [];
	reader.each(() => {
		const type = reader.byte();
		if (type === 0x63 || type === 0x64) throw new MalformedModule("typed references", "UNSUPPORTED_FEATURE");
		types.push(number[type] ?? "other");
	});
	return types;
}

function table(reader: ByteReader) {
	const type = reader.byte();
	if (type !== 0x70 && type !== 0x6f) throw new MalformedModule("typed tables", "UNSUPPORTED_FEATURE");
	return limits(reader, "tables of 64 bits");
}

const memory = (reader: ByteReader) => limits(reader, "shared memory, memory64 or memory with its own page size");

/** Shared memory has a maximum, always. */
function sharedLimits(reader: ByteReader): { initial: number; maximum: number } {
	if (reader.byte() !== 3) throw new MalformedModule("it imports a memory that is not shared", "UNKNOWN_IMPORT");
	return { initial: reader.u32(), maximum: reader.u32() };
}

function limits(reader: ByteReader, otherwise: string): { initial: number; maximum: number | null } {
	const flags = reader.byte();
	if (flags > 1) throw new MalformedModule(otherwise, "UNSUPPORTED_FEATURE");
	return { initial: reader.u32(), maximum: flags === 1 ? reader.u32() : null };
}
