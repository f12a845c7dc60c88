// The address that only Kratos calls: POST /hooks/{registration,registered,settings,saved,mail}, on a listener of its own
// (loopback by default), never on the public endpoint. Refuses every call without the secret before reading its body.
import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { DevelopmentMailbox } from "../identity/development-mailbox.ts";
import { type HookAnswer, type HookName, hookFailure } from "../identity/kratos/answer-hook.ts";
import { isRecord } from "../identity/tenancy/assignment.ts";
import type { Observe } from "../observe/observation.ts";

export interface HookListenerOptions {
	readonly host: string;
	readonly port: number;
	readonly secret: string;
	readonly answer: (name: HookName, body: unknown) => Promise<HookAnswer>;
	/** Where mails go; null: Kratos sends them itself. */
	readonly mailbox: DevelopmentMailbox | null;
	readonly observe: Observe;
}

/** A running listener. */
export interface HookListener {
	close(): Promise<void>;
}

const prefix = "/hooks/";
const secretHeader = "x-apprun-hook-secret";
const names: ReadonlySet<string> = new Set<HookName>(["registration", "registered", "settings", "saved"]);
const longestBody = 1_048_576;

/** Starts to listen; gives what stops it. Throws Error naming a port that is taken. */
export async function listenForHooks(options: HookListenerOptions): Promise<HookListener> {
	const secret = digest(options.secret);
	const server = createServer((request, response) => {
		const given = request.headers[secretHeader];
		if (typeof given !== "string" || !timingSafeEqual(digest(given), secret)) {
			options.observe({ kind: "identity.refused", reason: "a hook was called without its secret" });
			return send(response, { status: 401, body: { error: "unauthorized" } });
		}
		void handle(options, request).then(
			(answer) => send(response, answer),
			(error: unknown) => {
				options.observe({ kind: "request.error", requestId: "kratos-hook", code: "INTERNAL", cause: error });
				send(response, hookFailure(error));
			},
		);
	});
	await new Promise<void>((resolve, reject) => {
		server.once("error", (cause) => {
			const where = `${options.host}, port ${options.port}`;
			reject(
				new Error(`Cannot listen for Kratos' hooks on ${where}: ${cause.message}. Set APPRUN_HOOKS_PORT.`, { cause }),
			);
		});
		server.listen(options.port, options.host, resolve);
	});
	return { close: () => close(server) };
}

async function handle(options: HookListenerOptions, request: IncomingMessage): Promise<HookAnswer> {
	const path = (request.url ?? "").split("?")[0] ?? "";
	const name = path.startsWith(prefix) ? path.slice(prefix.length) : "";
	if (request.method !== "POST") return { status: 405, body: {} };
	const body = await readJson(request);
	if (body === undefined) return { status: 400, body: {} };
	if (name === "mail" && options.mailbox !== null) return receiveMail(options.mailbox, body);
	return names.has(name) ? options.answer(name as HookName, body) : { status: 404, body: {} };
}

function receiveMail(mailbox: DevelopmentMailbox, body: unknown): HookAnswer {
	const { to, subject, body: text } = isRecord(body) ? body : {};
	mailbox.receive({ to: String(to ?? ""), subject: String(subject ?? ""), body: String(text ?? "") });
	return { status: 200, body: {} };
}

/** Undefined: too long, or not JSON. */
async function readJson(request: IncomingMessage): Promise<unknown> {
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		length += chunk.length;
		if (length > longestBody) return undefined;
		chunks.push(chunk);
	}
	try {
		return JSON.parse(Buffer.concat(chunks).toString("utf8"));
	} catch {
		return undefined;
	}
}

/** Of one length, whatever was sent: comparing in constant time needs that. */
const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

function send(response: ServerResponse, { status, body }: HookAnswer): void {
	response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
	response.end(JSON.stringify(body));
}

async function close(server: Server): Promise<void> {
	const closed = new Promise<void>((resolve) => server.close(() => resolve()));
	server.closeAllConnections();
	await closed;
}
