// Passes a browser's request below /auth on to Kratos' public API, and its answer back, on the same origin so that
// Kratos' cookies are ours. Only the self-service paths pass; the admin API and everything else do not exist here.
import { Agent, type Dispatcher, request } from "undici";
import type { Observe } from "../../observe/observation.ts";
import { passSignIn } from "./pass-sign-in.ts";
import type { SignInAttempts } from "./sign-in-attempts.ts";

export interface PassThroughOptions {
	readonly publicUrl: string;
	/** Longest body that is passed on, in bytes. */
	readonly maxBodyBytes: number;
	/** Told before a sign-out passes; gives what to do once it has succeeded. */
	readonly onSignOut: (headers: Headers) => Promise<() => Promise<void>>;
	readonly attempts: SignInAttempts;
	readonly observe: Observe;
}

export interface PassThrough {
	/** The answer of Kratos; null: the path is not one that passes. */
	pass(request: Request, path: string): Promise<Response | null>;
	close(): Promise<void>;
}

const allowedPath = /^\/auth(\/(?:self-service\/[a-z][a-z/-]{0,80}|sessions\/whoami))$/;
const allowedMethods: ReadonlySet<string> = new Set(["GET", "POST"]);
const sentOn = ["accept", "accept-language", "content-type", "cookie", "origin", "referer", "user-agent"];
const givenBack = ["content-type", "cache-control", "location", "vary", "retry-after"];
const timeoutMs = 15_000;

/** Builds the passage. */
export function createPassThrough(options: PassThroughOptions): PassThrough {
	const dispatcher = new Agent({ connections: 16, headersTimeout: timeoutMs, bodyTimeout: timeoutMs });
	const base = new URL(options.publicUrl);
	return {
		async pass(incoming, path) {
			const target = allowedPath.exec(path)?.[1];
			if (target === undefined) return null;
			if (!allowedMethods.has(incoming.method)) return Response.json({ error: "Send GET or POST." }, { status: 405 });
			const body = incoming.method === "POST" ? Buffer.from(await incoming.arrayBuffer()) : null;
			if (body !== null && body.length > options.maxBodyBytes)
				return Response.json({ error: "The body is too long." }, { status: 413 });
			const url = new URL(`${target}${searchOf(incoming.url)}`, base);
			const passOn = (sent: Buffer | null) => send({ incoming, url, body: sent, dispatcher }, options.observe);
			if (target === "/self-service/login" && body !== null)
				return passSignIn({ contentType: incoming.headers.get("content-type"), body }, options.attempts, passOn);
			const signedOut = target === "/self-service/logout" ? await options.onSignOut(incoming.headers) : null;
			const answer = await passOn(body);
			if (signedOut !== null && answer.status < 400) await signedOut();
			return answer;
		},
		close: () => dispatcher.close(),
	};
}

interface Passage {
	readonly incoming: Request;
	readonly url: URL;
	readonly body: Buffer | null;
	readonly dispatcher: Dispatcher;
}

async function send({ incoming, url, body, dispatcher }: Passage, observe: Observe): Promise<Response> {
	const headers = Object.fromEntries(
		sentOn.flatMap((name) => {
			const value = incoming.headers.get(name);
			return value === null ? [] : [[name, value]];
		}),
	);
	try {
		const method = incoming.method as Dispatcher.HttpMethod;
		const answer = await request(url, { method, headers, body, dispatcher });
		const text = await answer.body.text();
		return new Response(answer.statusCode === 204 ? null : text, {
			status: answer.statusCode,
			headers: answerHeaders(answer.headers),
		});
	} catch (cause) {
		observe({ kind: "upstream.failed", service: "kratos", cause });
		return Response.json({ error: "The identity service cannot be reached. Try again shortly." }, { status: 503 });
	}
}

function answerHeaders(received: Dispatcher.ResponseData["headers"]): Headers {
	const headers = new Headers({ "x-content-type-options": "nosniff", "referrer-policy": "same-origin" });
	for (const name of givenBack) {
		const value = received[name];
		if (typeof value === "string") headers.set(name, value);
	}
	for (const cookie of [received["set-cookie"] ?? []].flat()) headers.append("set-cookie", cookie);
	return headers;
}

function searchOf(url: string): string {
	const start = url.indexOf("?");
	return start === -1 ? "" : url.slice(start);
}
