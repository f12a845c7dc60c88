// Prints `N passed, N failed` as the very last line of a test run, whatever else prints while it ends.
import { writeSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";

/** Counts what ran. A file that cannot be loaded, and an error outside of tests, count as failed. */
export default class SummaryReporter implements Reporter {
	#passed = 0;
	#failed = 0;

	onInit(): void {
		process.once("exit", (code) => {
			// A run that broke down before or after its tests has not passed.
			const failed = code !== 0 && this.#failed === 0 ? 1 : this.#failed;
			writeSync(process.stdout.fd, `${this.#passed} passed, ${failed} failed\n`);
		});
	}

	onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
		this.#passed = 0;
		this.#failed = unhandledErrors.length;
		for (const module of modules) {
			const tests = [...module.children.allTests()];
			const states = tests.map((test) => test.result().state);
			this.#passed += states.filter((state) => state === "passed").length;
			const failed = states.filter((state) => state === "failed").length;
			// Failed without a failed test: it cannot be loaded, or a hook failed.
			this.#failed += failed === 0 && !module.ok() ? 1 : failed;
		}
	}
}
