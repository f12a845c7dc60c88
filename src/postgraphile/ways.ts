// The three ways to the same rows: apprun, PostGraphile, PostgREST alone. Gives the HTTP request of a question on each,
// and sends it over a kept connection.
import { Client } from "undici";
import type { GraphqlQuestion, Question } from "./questions.ts";

export const wayNames = ["apprun", "postgraphile", "postgrest"] as const;
export type WayName = (typeof wayNames)[number];

/** Where a way is, and the token that it takes: a caller's own for apprun, the database's for the others. */
export interface Way {
	readonly name: WayName;
	/** URL of the GraphQL endpoint, or of PostgREST's root; with a socket its host is only a name. */
	readonly url: string;
	readonly socketPath: string | null;
	readonly token: string;
}

export interface WayRequest {
	readonly method: "GET" | "POST";
	readonly path: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string | null;
}

/** The request of a question. Pure. */
export function requestFor({ name, url, token }: Way, question: Question): WayRequest {
	const authorization = `Bearer ${token}`;
	const json = { authorization, accept: "application/json", "content-type": "application/json" };
	if (name !== "postgrest")
		return {
			method: "POST",
			path: new URL(url).pathname,
			headers: json,
			body: JSON.stringify(graphql(question[name])),
		};
	const { method, path, headers, body } = question.postgrest;
	if (body === null) return { method, path: encodeURI(path), headers: { authorization, ...headers }, body };
	return { method, path: encodeURI(path), headers: { ...json, ...headers }, body: JSON.stringify(body) };
}

const graphql = ({ query, variables }: GraphqlQuestion) => ({ query: query.replace(/\s+/g, " "), variables });

/** A way with a connection. */
export interface OpenWay extends Way {
	/** Asks, and gives the body. @throws Error naming the way when it cannot be reached or answers with an error */
	ask(question: Question, unique: string): Promise<string>;
	close(): Promise<void>;
}

/** Opens a connection; none is made before the first question. */
export function openWay(way: Way): OpenWay {
	const { origin } = new URL(way.url);
	const client = new Client(origin, way.socketPath === null ? {} : { socketPath: way.socketPath });
	return {
		...way,
		async ask(question, unique) {
			const { body, ...request } = requestFor(way, question);
			const text = body?.replaceAll("[<id>]", unique) ?? null;
			const answer = await client.request({ ...request, body: text }).catch((cause: unknown) => {
				throw new Error(`${way.name} cannot be reached at ${way.url}: ${(cause as Error).message}`, { cause });
			});
			const received = await answer.body.text();
			if (answer.statusCode >= 300)
				throw new Error(`${way.name} answered ${question.name} with ${answer.statusCode}: ${received.slice(0, 500)}`);
			return received;
		},
		close: () => client.close(),
	};
}
