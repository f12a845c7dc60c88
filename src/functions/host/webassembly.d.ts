// JSPI (https://github.com/WebAssembly/js-promise-integration), which TypeScript's WebAssembly namespace lacks.

declare namespace WebAssembly {
	/** An import that the guest's stack waits for. Missing where V8 has no JSPI. */
	interface Suspending extends CallableFunction {}
	const Suspending: new (wait: (...values: number[]) => Promise<unknown>) => Suspending;

	/** An export that may wait: it answers with a promise. */
	function promising(guest: (...values: unknown[]) => unknown): (...values: unknown[]) => Promise<unknown>;
}
