// Takes compiled requests, sends them over kept connections and gives back status and text. The only place that talks
// HTTP to PostgREST; refuses with UPSTREAM_UNAVAILABLE or TIMEOUT, the reason in the cause. It is a client of its own
// because that was the largest part of a request's cost that could be saved; `npm run bench -- data --profile` shows what of
// it is left, by stage.
import { channel } from "node:diagnostics_channel";
import { AppError } from "../../error/app-error.ts";
import { LostAnswer } from "../../error/lost-answer.ts";
import type { DatabaseClaims } from "../source.ts";
import type { CompiledRequest } from "./compile.ts";
import { type Address, LateError } from "./connection.ts";
import { type ConnectionOptions, Connections } from "./connections.ts";
import type { UpstreamResponse } from "./decode.ts";

export interface SendOptions extends ConnectionOptions {
	/** Base URL of PostgREST; with a socket path its host is only a name. */
	readonly url: string;
	readonly socketPath: string | null;
}

export interface Sender {
	/** @throws AppError UPSTREAM_UNAVAILABLE or TIMEOUT */
	send(request: CompiledRequest, claims: DatabaseClaims, signal?: AbortSignal): Promise<UpstreamResponse>;
	/** Waits for what is in flight, then closes the connections. */
	close(): Promise<void>;
}

/** Tells each request that is sent, a CompiledRequest: for tests and benchmarks, which look at what goes over the wire. */
export const sentChannel = channel("apprun:postgrest:sent");

/** Opens a pool of connections to PostgREST; none is made before the first request. */
export function createSender(options: SendOptions): Sender {
	const base = new URL(options.url);
	const prefix = base.pathname.replace(/\/$/, "");
	const pool = new Connections(addressOf(base, options.socketPath), options);
	return {
		async send(request, claims, signal) {
			if (sentChannel.hasSubscribers) tell(request, claims);
			const text = write(request, { host: base.host, prefix, token: claims.token });
			try {
				return await exchange(pool, text, signal);
			} catch (error) {
				const cause = wasNeverSent(error) ? error : new LostAnswer(error);
				throw new AppError(error instanceof LateError ? "TIMEOUT" : "UPSTREAM_UNAVAILABLE", { cause });
			}
		},
		close: () => pool.close(),
	};
}

/** Whether there was no connection, so that nothing of the request can have reached PostgREST. */
function wasNeverSent(error: unknown): boolean {
	return ["ECONNREFUSED", "ENOENT", "EACCES"].includes(String((error as { code?: unknown }).code));
}

/** @param signal aborted when nobody waits for the answer any more */
function exchange(pool: Connections, request: string, signal?: AbortSignal): Promise<UpstreamResponse> {
	const { promise, resolve, reject } = Promise.withResolvers<UpstreamResponse>();
	const one = { request, resolve, reject };
	if (signal?.aborted === true) reject(new LateError("Nobody waited for the answer from the start."));
	else pool.run(one);
	if (signal === undefined) return promise;
	const giveUp = () => pool.giveUp(one);
	signal.addEventListener("abort", giveUp);
	return promise.finally(() => signal.removeEventListener("abort", giveUp));
}

function tell(request: CompiledRequest, { token }: DatabaseClaims): void {
	sentChannel.publish({ ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } });
}

function addressOf({ protocol, hostname, port }: URL, socketPath: string | null): Address {
	const secure = protocol === "https:";
	const host = hostname.replace(/^\[|\]$/g, "");
	return { socketPath, host, port: Number(port) || (secure ? 443 : 80), secure };
}

/** The request as it goes over the wire, head and body in one text and so in one write. */
function write(
	{ method, path, headers, body }: CompiledRequest,
	to: { readonly host: string; readonly prefix: string; readonly token: string },
): string {
	let head = `${method} ${to.prefix}${path} HTTP/1.1\r\nhost: ${to.host}\r\nauthorization: Bearer ${to.token}\r\n`;
	for (const name in headers) head += `${name}: ${headers[name]}\r\n`;
	if (body !== null) head += `content-length: ${Buffer.byteLength(body)}\r\n`;
	refuseForgery(head, Object.keys(headers).length + (body === null ? 3 : 4));
	return `${head}\r\n${body ?? ""}`;
}

/** Names and values are encoded long before: a line more than there should be is a mistake of ours, and never sent. */
function refuseForgery(head: string, lines: number): void {
	let found = 0;
	for (let at = head.indexOf("\n"); at !== -1; at = head.indexOf("\n", at + 1)) found += 1;
	if (found !== lines)
		throw new AppError("INTERNAL", { cause: new Error("a request to PostgREST holds a line break") });
}
