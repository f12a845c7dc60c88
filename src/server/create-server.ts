// The HTTP server: listens, answers, and stops after the requests in flight.
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Config } from "../config/load-config.ts";
import { type ErrorCode, errorCatalogue } from "../error/catalogue.ts";
import { createGraphql, type GraphqlOptions } from "./graphql.ts";
import { createLane } from "./lane/lane.ts";
import { graphqlPath } from "./paths.ts";
import { createPublishResult } from "./publish-result.ts";

export interface ServerOptions extends Omit<GraphqlOptions, "config" | "isStopping" | "publish"> {
	readonly config: Pick<Config, "host" | "port" | "maxBodyBytes" | "production" | "publicUrl" | "shutdownTimeoutMs">;
}

export interface ApprunServer {
	/**
	 * Starts to listen.
	 * @returns the URL of the GraphQL endpoint
	 * @throws Error naming address and port when they cannot be had
	 */
	listen(): Promise<{ readonly url: string }>;
	/** Stops: no new connections; what is in flight may finish within `shutdownTimeoutMs`. */
	close(): Promise<void>;
	/** Answers without a socket. */
	fetch(request: Request): Promise<Response>;
}

/** How often idle connections are looked for while stopping, in milliseconds. */
const sweepEveryMs = 50;

/** Builds the server; it does not listen yet. */
export function createServer(options: ServerOptions): ApprunServer {
	let stopping = false;
	const isStopping = () => stopping;
	const publish = createPublishResult(options.observe, options.config.production);
	const graphql = createGraphql({ ...options, isStopping, publish });
	const takeLane = createLane({
		...options,
		isStopping,
		publish,
		handOver: (request, response, body) => {
			// Where whatwg-node looks for a body that somebody has read already.
			graphql.requestListener(Object.assign(request, { body }), response);
		},
	});
	// Joined, two Authorization headers are seen as two; Node would silently drop the second.
	const server = createHttpServer({ joinDuplicateHeaders: true }, (request, response) => {
		if (!hasSoundUrl(request)) return refuse(response);
		if (!takeLane(request, response)) graphql.requestListener(request, response);
	});
	server.on("clientError", refuseMalformed);
	return {
		listen: () => listen(server, options.config),
		close: () => {
			stopping = true;
			return close(server, options.config.shutdownTimeoutMs);
		},
		fetch: async (request) => graphql.fetch(request, {}),
	};
}

async function listen(server: Server, { host, port }: ServerOptions["config"]): Promise<{ url: string }> {
	await new Promise<void>((resolve, reject) => {
		server.once("error", (cause) => reject(listenError(cause, host, port)));
		server.listen(port, host, resolve);
	});
	const { port: taken } = server.address() as AddressInfo;
	const name = host.includes(":") ? `[${host}]` : host;
	return { url: `http://${name}:${taken}${graphqlPath}` };
}

function listenError(cause: NodeJS.ErrnoException, host: string, port: number): Error {
	const remedy = `Stop the other program, or set APPRUN_PORT (0 takes a free port).`;
	const reasons: Readonly<Record<string, string>> = {
		EADDRINUSE: `Port ${port} on ${host} is taken. ${remedy}`,
		EACCES: `Port ${port} on ${host} needs more rights than this user has. Set APPRUN_PORT to one above 1023.`,
		EADDRNOTAVAIL: `This machine has no address ${host}. Set APPRUN_HOST.`,
	};
	return new Error(reasons[cause.code ?? ""] ?? `Cannot listen on ${host}, port ${port}: ${cause.message}`, { cause });
}

async function close(server: Server, withinMs: number): Promise<void> {
	if (!server.listening) return;
	const closed = new Promise<void>((resolve) => server.close(() => resolve()));
	const sweep = setInterval(() => server.closeIdleConnections(), sweepEveryMs);
	const deadline = setTimeout(() => server.closeAllConnections(), withinMs);
	await closed;
	clearInterval(sweep);
	clearTimeout(deadline);
}

/** A host and nothing else: with a slash in it, the path that is answered would not be the one that was asked for. */
const hostForm = /^[\w.\-:[\]]*$/;

/** Yoga makes a URL of host and path, and would answer the exception with its stack. */
function hasSoundUrl({ headers: { host = "localhost" }, url }: IncomingMessage): boolean {
	const full = `http://${host}${url}`;
	// Nearly every request has the URL of the one before it, and parsing costs as much as routing.
	if (full === lastSoundUrl) return true;
	if (!hostForm.test(host) || !URL.canParse(full)) return false;
	lastSoundUrl = full;
	return true;
}

let lastSoundUrl = "";

function refuse(response: ServerResponse): void {
	const body = malformedBody("BAD_REQUEST", "Send a valid Host header and path.");
	response.writeHead(400, { "content-type": "application/json; charset=utf-8", connection: "close" }).end(body);
}

function malformedBody(code: ErrorCode, hint: string = errorCatalogue[code].hint): string {
	return JSON.stringify({ errors: [{ message: errorCatalogue[code].message, extensions: { code, hint } }] });
}

/** Answers what is not HTTP, or more header than Node reads, in the same form as every other error. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
	if (error.code === "ECONNRESET" || !socket.writable) {
		socket.destroy();
		return;
	}
	const tooLarge = error.code === "HPE_HEADER_OVERFLOW";
	const body = tooLarge ? malformedBody("LIMIT_EXCEEDED", "Send shorter headers.") : malformedBody("BAD_REQUEST");
	const head = [
		`HTTP/1.1 ${tooLarge ? "431 Request Header Fields Too Large" : "400 Bad Request"}`,
		"content-type: application/json; charset=utf-8",
		`content-length: ${Buffer.byteLength(body)}`,
		"connection: close",
	];
	socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
