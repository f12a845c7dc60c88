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

/** What an exchange ends with. */
export interface Ending {
	readonly resolve: (response: ReadResponse) => void;
	readonly reject: (error: Error) => void;
}

/** Longest that opening a connection may take, in ms. */
const connectTimeoutMs = 1_500;

/** A connection, opened at once. */
export class Connection {
	/** When its last exchange began or ended, in ms of the monotonic clock. */
	usedAt = performance.now();
	readonly #socket: Socket;
	readonly #reader = new ResponseReader();
	#ending: Ending | null = null;

	/** @param onGone hears once that the connection cannot be used any more */
	constructor(address: Address, onGone: (connection: Connection) => void) {
		this.#socket = open(address);
		this.#socket.setNoDelay(true);
		this.#socket.on("data", (bytes: Buffer) => this.#read(() => this.#reader.push(bytes)));
		this.#socket.on("end", () => this.#read(() => this.#reader.end()));
		this.#socket.on("error", (error) => this.#fail(error));
		this.#socket.on("close", () => {
			this.#fail(new Error("The connection was closed before the answer was whole."));
			onGone(this);
		});
	}

	/** Another exchange may begin. */
	get usable(): boolean {
		return this.#ending === null && !this.#socket.destroyed;
	}

	/** Sends a request. One at a time. */
	exchange(request: string, ending: Ending): void {
		this.#ending = ending;
		this.usedAt = performance.now();
		this.#socket.write(request);
	}

	/** Ends it when it has waited for longer than it may. @param now in ms of the monotonic clock */
	check(now: number, { timeoutMs, idleMs }: { readonly timeoutMs: number; readonly idleMs: number }): void {
		const waited = now - this.usedAt;
		if (this.#ending === null) {
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
			if (response === null) return;
			const ending = this.#ending;
			if (ending === null) throw new ProtocolError("an answer came to no question");
			this.#ending = null;
			this.usedAt = performance.now();
			if (!response.reusable) this.destroy();
			ending.resolve(response);
		} catch (error) {
			this.#fail(error as Error);
		}
	}

	#fail(error: Error): void {
		const ending = this.#ending;
		this.#ending = null;
		this.destroy();
		ending?.reject(error);
	}
}

function open({ socketPath, host, port, secure }: Address): Socket {
	if (socketPath !== null) return connect({ path: socketPath });
	if (!secure) return connect({ host, port });
	return connectSecurely({ host, port, ...(isIP(host) === 0 && { servername: host }) });
}
