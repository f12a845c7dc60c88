// The part of the WebAssembly JavaScript interface that the hosts use: TypeScript has it only in its browser library,
// which would bring `window` and `document` along. https://webassembly.github.io/spec/js-api/, with JSPI.

declare namespace WebAssembly {
	type ModuleImports = Record<string, unknown>;

	class Module {
		constructor(bytes: Uint8Array<ArrayBuffer>);
	}

	class Instance {
		constructor(module: Module, imports?: Record<string, ModuleImports>);
		readonly exports: Record<string, unknown>;
	}

	class Memory {
		readonly buffer: ArrayBuffer;
	}

	class RuntimeError extends Error {}

	/** An import that the guest's stack waits for. Missing where V8 has no JSPI. */
	class Suspending {
		constructor(wait: (...values: number[]) => Promise<unknown>);
	}

	/** An export that may wait: it answers with a promise. */
	function promising(guest: (...values: unknown[]) => unknown): (...values: unknown[]) => Promise<unknown>;
}
