// Passes a GraphQL request on to the PostGraphile process with the caller's database token, and its answer back. The
// caller's own credential stays here. Refuses with UPSTREAM_UNAVAILABLE or TIMEOUT, the reason in the cause.
import { Pool } from "undici";
import { AppError } from "../error/app-error.ts";
import type { DatabaseClaims } from "../source/source.ts";

export interface PostgraphileAnswer {
	readonly status: number;
	readonly contentType: string;
	readonly body: string;
}

export interface Postgraphile {
	/** @param body GraphQL over HTTP, as JSON @throws AppError UPSTREAM_UNAVAILABLE or TIMEOUT */
	ask(body: string, claims: DatabaseClaims): Promise<PostgraphileAnswer>;
	close(): Promise<void>;
}

/** Opens a pool of connections; none is made before the first request. @param timeoutMs longest wait for an answer */
export function createPostgraphile(url: string, timeoutMs: number): Postgraphile {
	const { origin, pathname } = new URL(url);
	const pool = new Pool(origin, { connections: 40, headersTimeout: timeoutMs, bodyTimeout: timeoutMs });
	return {
		async ask(body, { token }) {
			try {
				const answer = await pool.request({
					method: "POST",
					path: pathname,
					headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
					body,
				});
				const type = answer.headers["content-type"];
				return {
					status: answer.statusCode,
					contentType: typeof type === "string" ? type : "text/plain",
					body: await answer.body.text(),
				};
			} catch (error) {
				const late = /TIMEOUT/.test(String((error as { code?: unknown }).code));
				throw new AppError(late ? "TIMEOUT" : "UPSTREAM_UNAVAILABLE", { cause: error });
			}
		},
		close: () => pool.close(),
	};
}
