// Takes a named piece of work, runs it, and tells an observer when it starts, that it still runs, and how long it took.
import type { Observe } from "../observe/observation.ts";

const progressEveryMs = 1000;

/** Runs `work`, with a `step.progress` every second; a failure is thrown on, without a `step.finished`. */
export async function timeStep<Result>(step: string, observe: Observe, work: () => Promise<Result>): Promise<Result> {
	const start = performance.now();
	const elapsedMs = () => Math.round(performance.now() - start);
	observe({ kind: "step.started", step });
	const timer = setInterval(() => observe({ kind: "step.progress", step, elapsedMs: elapsedMs() }), progressEveryMs);
	try {
		const result = await work();
		observe({ kind: "step.finished", step, elapsedMs: elapsedMs() });
		return result;
	} finally {
		clearInterval(timer);
	}
}
