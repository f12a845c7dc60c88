// Kratos' API through @ory/client, with one way to fail: KratosRefusal is an answer of Kratos (4xx), AppError
// UPSTREAM_UNAVAILABLE is everything else. Its axios costs more CPU than undici, and less than Kratos itself: sessions are
// cached, and the client's types are worth more than the difference.
import { Agent } from "node:http";
import { Agent as TlsAgent } from "node:https";
import { Configuration, FrontendApi, IdentityApi } from "@ory/client";
import { AppError } from "../../error/app-error.ts";
import type { Observe } from "../../observe/observation.ts";

export interface KratosClient {
	/** What a person may do. */
	readonly frontend: FrontendApi;
	/** What only the server may do. */
	readonly admin: IdentityApi;
	/**
	 * Runs one call and gives its body.
	 * @throws KratosRefusal, or AppError UPSTREAM_UNAVAILABLE
	 */
	ask<Body>(call: Promise<{ readonly data: Body }>): Promise<Body>;
	close(): void;
}

/** Kratos answered, and said no. `body` is its JSON: never show it to a caller as it is. */
export class KratosRefusal extends Error {
	readonly status: number;
	readonly body: unknown;

	constructor(status: number, body: unknown) {
		super(`Kratos answered ${status}`);
		this.name = "KratosRefusal";
		this.status = status;
		this.body = body;
	}
}

export interface KratosAddresses {
	readonly publicUrl: string;
	readonly adminUrl: string;
}

/** Many times what Kratos takes even for a password, which it hashes slowly on purpose; longer than this it is as good as away. */
const timeoutMs = 10_000;
/** More at once only queue inside Kratos. */
const connections = 16;

/** Builds the client. */
export function createKratosClient({ publicUrl, adminUrl }: KratosAddresses, observe: Observe): KratosClient {
	const httpAgent = new Agent({ keepAlive: true, maxSockets: connections });
	const httpsAgent = new TlsAgent({ keepAlive: true, maxSockets: connections });
	const at = (basePath: string) =>
		new Configuration({
			basePath: basePath.replace(/\/$/, ""),
			// No proxy from the environment: sessions and passwords go to Kratos and nowhere else.
			baseOptions: { timeout: timeoutMs, adapter: "http", proxy: false, maxRedirects: 0, httpAgent, httpsAgent },
		});
	return {
		frontend: new FrontendApi(at(publicUrl)),
		admin: new IdentityApi(at(adminUrl)),
		async ask(call) {
			try {
				return (await call).data;
			} catch (error) {
				const answer = answerOf(error);
				if (answer !== null && answer.status < 500) throw new KratosRefusal(answer.status, answer.data);
				observe({ kind: "upstream.failed", service: "kratos", cause: answer ?? withoutRequest(error) });
				throw kratosAway(answer ?? withoutRequest(error));
			}
		},
		close() {
			httpAgent.destroy();
			httpsAgent.destroy();
		},
	};
}

/** What callers are told when Kratos cannot be asked. */
export function kratosAway(cause: unknown): AppError {
	return new AppError("UPSTREAM_UNAVAILABLE", { message: "The identity service cannot be reached.", cause });
}

function answerOf(error: unknown): { readonly status: number; readonly data: unknown } | null {
	const response = (error as { response?: { status?: unknown; data?: unknown } } | null)?.response;
	return typeof response?.status === "number" ? { status: response.status, data: response.data } : null;
}

/** An axios error carries the request, and with it the token or the password: they must not reach the log. */
function withoutRequest(error: unknown): Error {
	const { message, code } = error as { message?: unknown; code?: unknown };
	return new Error([code, message].filter((part) => typeof part === "string").join(": ") || "no answer");
}
