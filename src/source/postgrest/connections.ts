// Up to so many connections to PostgREST, and a queue before them. An exchange gets the connection used last, waits for one,
// or has one opened.
import { type Address, Connection, type Exchange, LateError } from "./connection.ts";

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

/** Opens no connection before the first exchange. */
export class Connections {
	readonly #address: Address;
	readonly #options: ConnectionOptions;
	readonly #all = new Set<Connection>();
	/** The one used last is used next, so that those too many grow old and are closed. */
	readonly #idle: Connection[] = [];
	readonly #queue: Exchange[] = [];
	readonly #sweeper: NodeJS.Timeout;
	#closed: (() => void) | null = null;

	constructor(address: Address, options: ConnectionOptions) {
		this.#address = address;
		this.#options = options;
		const every = Math.max(10, Math.min(sweepEveryMs, options.timeoutMs / 4));
		this.#sweeper = setInterval(() => this.#sweep(), every).unref();
	}

	/** Carries an exchange out, or keeps it waiting. */
	run(exchange: Exchange): void {
		const connection = this.#take();
		if (connection === null) this.#queue.push(exchange);
		else connection.carry(exchange);
	}

	/** Nobody waits for an exchange any more: it fails, wherever it is. */
	giveUp(exchange: Exchange): void {
		const error = new LateError("Nobody waits for the answer any more.");
		const place = this.#queue.indexOf(exchange);
		if (place === -1) for (const connection of this.#all) connection.abandon(exchange, error);
		else {
			this.#queue.splice(place, 1);
			exchange.reject(error);
		}
	}

	/** Waits for what is in flight, then closes. */
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
		const fresh = new Connection(this.#address, {
			onFree: (connection) => this.#reuse(connection),
			onGone: (connection) => this.#forget(connection),
		});
		this.#all.add(fresh);
		return fresh;
	}

	#reuse(connection: Connection): void {
		const next = this.#queue.shift();
		if (next !== undefined) connection.carry(next);
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
