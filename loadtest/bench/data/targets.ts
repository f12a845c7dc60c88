// The two ways to the same rows: apprun over GraphQL, and PostgREST with the very request that apprun sends it. That
// request is overheard, not written again: an apprun in this process answers the operation, and tells what it sent.
import { type App, createApp } from "../../../src/app.ts";
import { mintDevelopmentToken } from "../../../src/identity/development-jwt.ts";
import type { CompiledRequest } from "../../../src/source/postgrest/compile.ts";
import { sentChannel } from "../../../src/source/postgrest/send.ts";
import { loadSecrets } from "../../../src/stack/secrets.ts";
import type { RepeatedRequest } from "../measure.ts";
import type { RunningApprun } from "../start-apprun.ts";
import type { DataCase } from "./cases.ts";

export type TargetName = "apprun" | "postgrest";

/** A way to the rows of a case. */
export interface Target {
	readonly name: TargetName;
	/** The request, with a fresh token: PostgREST's end after five minutes. */
	request(each: DataCase): Promise<RepeatedRequest>;
	/** The rows in a body, or what else it holds. @throws SyntaxError */
	rows(each: DataCase, body: string): unknown;
	/** How a good answer to a write begins. */
	readonly writtenPrefix: string;
}

/** apprun itself. */
export function apprunTarget({ run, config }: RunningApprun, tenantId: string): Target {
	const { developmentSecret } = loadSecrets(config.dataDir);
	const identity = { subject: "00000000-0000-4000-8000-000000000001", tenantId, roles: ["owner"] };
	return {
		name: "apprun",
		async request(each) {
			const { origin, pathname } = new URL(run.graphql);
			const token = await mintDevelopmentToken(developmentSecret, identity, 3600);
			return {
				origin,
				socketPath: null,
				method: "POST",
				path: pathname,
				headers: { "content-type": "application/json", accept: "application/json", authorization: `Bearer ${token}` },
				body: JSON.stringify({ query: each.query, variables: each.variables }),
				unique: each.writes,
			};
		},
		rows: (each, body) => (JSON.parse(body) as { data?: Record<string, unknown> }).data?.[each.field] ?? body,
		writtenPrefix: '{"data":{',
	};
}

/** PostgREST behind a running apprun. @param ours what its requests are taken from */
export async function openPostgrest(
	{ run, config }: RunningApprun,
	ours: Target,
): Promise<{ readonly target: Target; close(): Promise<void> }> {
	const secrets = loadSecrets(config.dataDir);
	const socketPath = run.postgrest.startsWith("unix:") ? run.postgrest.slice("unix:".length) : null;
	const origin = socketPath === null ? run.postgrest : "http://postgrest";
	const app = await createApp({
		config,
		stack: {
			endpoints: {
				databaseUrl: run.database,
				postgrest: { url: origin, socketPath, adminUrl: null, jwtSecret: secrets.jwtSecret },
				kratos: null,
				developmentSecret: secrets.developmentSecret,
			},
			health: async () => [],
		},
		observe: () => {},
	});
	const target: Target = {
		name: "postgrest",
		async request(each) {
			const sent = await overhear(app, await ours.request(each));
			return { origin, socketPath, unique: each.writes, ...sent };
		},
		rows: (_each, body) => JSON.parse(body) as unknown,
		writtenPrefix: "[{",
	};
	return { target, close: () => app.close() };
}

/** Lets the app answer a request, and gives the one request that it sent to PostgREST for that. */
async function overhear(app: App, { origin, path, method, headers, body }: RepeatedRequest): Promise<CompiledRequest> {
	const sent: CompiledRequest[] = [];
	const listen = (message: unknown) => sent.push(message as CompiledRequest);
	sentChannel.subscribe(listen);
	try {
		const answer = await app.fetch(new Request(origin + path, { method, headers, body }));
		const text = await answer.text();
		const [request, ...others] = sent;
		if (request === undefined || others.length > 0)
			throw new Error(`The operation made ${sent.length} requests to PostgREST instead of one. Its answer: ${text}`);
		return request;
	} finally {
		sentChannel.unsubscribe(listen);
	}
}
