// Turns the signals that end a server into two wishes: stop in order, and, when somebody asks again, stop at once. Takes
// an unexpected exception for the first wish too, so that no service is left behind by a bug.

/** The wishes, as abort signals. */
export interface ShutdownSignals {
	/** Stop, letting requests in flight finish. */
	readonly stop: AbortSignal;
	/** Stop without waiting for them. */
	readonly hurry: AbortSignal;
	/** Goes back to Node's own ways. */
	dispose(): void;
}

// One Ctrl-C reaches this process from the terminal, and again from npm and tools/run.mjs, which pass theirs on.
const sameWishWithinMs = 1000;

/** The reason of `stop` when a signal asked for it. */
export class Interrupted extends Error {
	constructor(signal: NodeJS.Signals) {
		super(`Stopped by ${signal}.`);
		this.name = "Interrupted";
	}
}

/** Listens for SIGINT, SIGTERM, SIGHUP and unexpected exceptions. */
export function listenForShutdown(): ShutdownSignals {
	const stop = new AbortController();
	const hurry = new AbortController();
	let firstAt = 0;
	const onSignal = (signal: NodeJS.Signals) => {
		if (!stop.signal.aborted) {
			firstAt = performance.now();
			stop.abort(new Interrupted(signal));
		} else if (performance.now() - firstAt > sameWishWithinMs) hurry.abort();
	};
	const onException = (error: unknown) => stop.abort(error);
	const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
	for (const name of signals) process.on(name, onSignal);
	process.on("uncaughtException", onException);
	process.on("unhandledRejection", onException);
	return {
		stop: stop.signal,
		hurry: hurry.signal,
		dispose() {
			for (const name of signals) process.off(name, onSignal);
			process.off("uncaughtException", onException);
			process.off("unhandledRejection", onException);
		},
	};
}

/** Resolves when the signal is aborted, with its reason. */
export function aborted(signal: AbortSignal): Promise<unknown> {
	return new Promise((resolve) => {
		if (signal.aborted) resolve(signal.reason);
		else signal.addEventListener("abort", () => resolve(signal.reason), { once: true });
	});
}
