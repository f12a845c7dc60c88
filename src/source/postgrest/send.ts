// Takes compiled requests, sends them over kept-alive connections and gives back status and text. The only place that
// talks HTTP to PostgREST; refuses with UPSTREAM_UNAVAILABLE or TIMEOUT, the reason in the cause.
import { Pool } from "undici";
import { AppError } from "../../error/app-error.ts";
import type { DatabaseClaims } from "../source.ts";
import type { CompiledRequest } from "./compile.ts";
import type { UpstreamResponse } from "./decode.ts";

export interface SendOptions {
	/** Base URL of PostgREST; with a socket path its host is only a name. */
	readonly url: string;
	readonly socketPath: string | null;
	/** Requests in flight at once; more wait. */
	readonly connections: number;
	/** Longest wait for an answer, in ms. */
	readonly timeoutMs: number;
}

export interface Sender {
	/** @throws AppError UPSTREAM_UNAVAILABLE or TIMEOUT */
	send(request: CompiledRequest, claims: DatabaseClaims, signal?: AbortSignal): Promise<UpstreamResponse>;
	close(): Promise<void>;
}

/** Opens a pool of connections to PostgREST; none is made before the first request. */
export function createSender(options: SendOptions): Sender {
	const base = new URL(options.url);
	const prefix = base.pathname.replace(/\/$/, "");
	const pool = new Pool(base.origin, {
		connections: options.connections,
		pipelining: 1,
		connectTimeout: 1_500,
		headersTimeout: options.timeoutMs,
		bodyTimeout: options.timeoutMs,
		...(options.socketPath === null ? {} : { socketPath: options.socketPath }),
	});
	return {
		async send(request, claims, signal) {
			try {
				const response = await pool.request({
					method: request.method,
					path: prefix + request.path,
					headers: { ...request.headers, authorization: `Bearer ${claims.token}` },
					body: request.body,
					...(signal === undefined ? {} : { signal }),
				});
				return { status: response.statusCode, body: await response.body.text() };
			} catch (error) {
				if (signal?.aborted === true) throw new AppError("TIMEOUT", { cause: error });
				throw unreachable(error);
			}
		},
		close: () => pool.close(),
	};
}

function unreachable(error: unknown): AppError {
	const code = (error as { code?: unknown }).code;
	const late = code === "UND_ERR_HEADERS_TIMEOUT" || code === "UND_ERR_BODY_TIMEOUT";
	return new AppError(late ? "TIMEOUT" : "UPSTREAM_UNAVAILABLE", { cause: error });
}
