// Up to so many connections to PostgREST, and a queue before them. A request gets the connection used last, waits for one,
// or has one opened; what fails is UPSTREAM_UNAVAILABLE or TIMEOUT, the reason in the cause.
import { AppError } from "../../error/app-error.ts";
import { type Address, Connection, LateError } from "./connection.ts";
import type { UpstreamResponse } from "./decode.ts";

export interface ConnectionOptions {
	/** Requests in flight at once; more wait. */
	readonly connections: number;
	/** Longest wait for an answer, in ms. */
	readonly timeoutMs: number;
}

/** An idle connection is closed after this; PostgREST itself would after 30 s, perhaps just when it is used again. */
const idleMs = 4_000;
/** How often connections are looked after, at most. A time limit is kept to that exactness, and costs a request nothing. */
const sweepEveryMs = 1_000;

/** A request that waits for a connection, or for its answer. */
export interface Job {
	readonly text: string;
	readonly resolve: (response: UpstreamResponse) => void;
	readonly reject: (error: AppError) => void;
}

/** Opens no connection before the first request. */
export class Connections {
	readonly #address: Address;
	readonly #options: ConnectionOptions;
	readonly #all = new Set<Connection>();
	/** The one used last is used next, so that those too many grow old and are closed. */
	readonly #idle: Connection[] = [];
	readonly #queue: Job[] = [];
	readonly #sweeper: NodeJS.Timeout;
	#closed: (() => void) | null = null;

	constructor(address: Address, options: ConnectionOptions) {
		this.#address = address;
		this.#options = options;
		const every = Math.max(10, Math.min(sweepEveryMs, options.timeoutMs / 4));
		this.#sweeper = setInterval(() => this.#sweep(), every).unref();
	}

	run(job: Job): void {
		const connection = this.#take();
		if (connection === null) this.#queue.push(job);
		else this.#exchange(connection, job);
	}

	close(): Promise<void> {
		return new Promise((resolve) => {
			this.#closed = resolve;
			for (const connection of this.#idle) connection.destroy();
			this.#endIfDone();
		});
	}

	#take(): Connection | null {
		for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) if (idle.usable) return idle;
		if (this.#all.size >= this.#options.connections) return null;
		const fresh = new Connection(this.#address, (gone) => this.#forget(gone));
		this.#all.add(fresh);
		return fresh;
	}

	#exchange(connection: Connection, { text, resolve, reject }: Job): void {
		connection.exchange(text, {
			resolve: (response) => {
				this.#release(connection);
				resolve(response);
			},
			reject: (error) => reject(unreachable(error)),
		});
	}

	/** A connection that is not usable any more makes room when it is closed. */
	#release(connection: Connection): void {
		if (!connection.usable) return;
		const next = this.#queue.shift();
		if (next !== undefined) this.#exchange(connection, next);
		else if (this.#closed === null) this.#idle.push(connection);
		else connection.destroy();
	}

	#forget(connection: Connection): void {
		this.#all.delete(connection);
		const next = this.#queue.shift();
		if (next !== undefined) this.run(next);
		this.#endIfDone();
	}

	#sweep(): void {
		const now = performance.now();
		for (const connection of this.#all) connection.check(now, { timeoutMs: this.#options.timeoutMs, idleMs });
	}

	#endIfDone(): void {
		if (this.#closed === null || this.#all.size > 0) return;
		clearInterval(this.#sweeper);
		this.#closed();
	}
}

function unreachable(cause: Error): AppError {
	return new AppError(cause instanceof LateError ? "TIMEOUT" : "UPSTREAM_UNAVAILABLE", { cause });
}
