// One kept connection to PostgREST: one request at a time goes out, its response comes back. Knows nothing of what they
// say. When anything is wrong the exchange fails and the connection is gone; who keeps connections hears of both.
import { connect, isIP, type Socket } from "node:net";
import { connect as connectSecurely } from "node:tls";
import { ProtocolError, type ReadResponse, ResponseReader } from "./read-response.ts";

/** Where PostgREST listens. */
export interface Address {
	readonly socketPath: string | null;
	readonly host: string;
	readonly port: number;
	readonly secure: boolean;
}

/** The answer did not come in time. */
export class LateError extends Error {
	override readonly name = "LateError";
}

/** A request and who waits for its answer. */
export interface Exchange {
	/** The request as it goes over the wire. */
	readonly request: string;
	readonly resolve: (response: ReadResponse) => void;
	readonly reject: (error: Error) => void;
}

/** Who keeps a connection hears of it: after each answer that leaves it usable, and once when it is gone. */
export interface Keeper {
	readonly onFree: (connection: Connection) => void;
	readonly onGone: (connection: Connection) => void;
}

/** Longest that opening a connection may take, in ms. */
const connectTimeoutMs = 1_500;

/** A connection, opened at once. */
export class Connection {
	readonly #socket: Socket;
	readonly #reader = new ResponseReader();
	readonly #keeper: Keeper;
	#exchange: Exchange | null = null;
	/** When its last exchange began or ended, in ms of the monotonic clock. */
	#usedAt = performance.now();

	constructor(address: Address, keeper: Keeper) {
		this.#keeper = keeper;
		this.#socket = open(address);
		this.#socket.setNoDelay(true);
		this.#socket.on("data", (bytes: Buffer) => this.#read(() => this.#reader.push(bytes)));
		this.#socket.on("end", () => this.#read(() => this.#reader.end()));
		this.#socket.on("error", (error) => this.#fail(error));
		this.#socket.on("close", () => {
			this.#fail(new Error("The connection was closed before the answer was whole."));
			keeper.onGone(this);
		});
	}

	/** Another exchange may begin. */
	get usable(): boolean {
		return this.#exchange === null && !this.#socket.destroyed;
	}

	/** Carries an exchange out; only when usable. */
	carry(exchange: Exchange): void {
		this.#exchange = exchange;
		this.#usedAt = performance.now();
		this.#socket.write(exchange.request);
	}

	/** Fails an exchange, if it is the one under way here. The server may do all the same what it was asked. */
	abandon(exchange: Exchange, error: Error): void {
		if (this.#exchange === exchange) this.#fail(error);
	}

	/** Ends it when it has waited for longer than it may. @param now in ms of the monotonic clock */
	check(now: number, { timeoutMs, idleMs }: { readonly timeoutMs: number; readonly idleMs: number }): void {
		const waited = now - this.#usedAt;
		if (this.#exchange === null) {
			if (waited > idleMs) this.destroy();
		} else if (waited > timeoutMs) this.#fail(new LateError(`There was no answer within ${timeoutMs} ms.`));
		else if (this.#socket.connecting && waited > connectTimeoutMs)
			this.#fail(new Error(`No connection could be opened within ${connectTimeoutMs} ms.`));
	}

	/** Closes it, whatever it is doing. */
	destroy(): void {
		this.#socket.destroy();
	}

	#read(next: () => ReadResponse | null): void {
		try {
			const response = next();
			if (response !== null) this.#finish(response);
		} catch (error) {
			this.#fail(error as Error);
		}
	}

	#finish(response: ReadResponse): void {
		const exchange = this.#exchange;
		if (exchange === null) throw new ProtocolError("an answer came to no question");
		this.#exchange = null;
		this.#usedAt = performance.now();
		if (response.reusable) this.#keeper.onFree(this);
		else this.destroy();
		exchange.resolve(response);
	}

	#fail(error: Error): void {
		const exchange = this.#exchange;
		this.#exchange = null;
		this.destroy();
		exchange?.reject(error);
	}
}

function open({ socketPath, host, port, secure }: Address): Socket {
	if (socketPath !== null) return connect({ path: socketPath });
	if (!secure) return connect({ host, port });
	return connectSecurely({ host, port, ...(isIP(host) === 0 && { servername: host }) });
}
