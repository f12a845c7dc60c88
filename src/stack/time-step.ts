// Takes a named piece of work, runs it, and tells an observer when it starts and how long it took.
import type { Observe } from "../observe/observation.ts";

/** Runs `work`; a failure is thrown on, without a `step.finished`. */
export async function timeStep<Result>(step: string, observe: Observe, work: () => Promise<Result>): Promise<Result> {
	const start = performance.now();
	observe({ kind: "step.started", step });
	const result = await work();
	observe({ kind: "step.finished", step, elapsedMs: performance.now() - start });
	return result;
}
