// The composition root: builds every stage once, in the order of the request path, and knows no more than that.
import { mergeSubschemas } from "../resolvers/index.ts";
import type { Config } from "./config/load-config.ts";
import { joinReserved, readSubschema } from "./federation/read-subschema.ts";
import { createIdentity, type Identity } from "./identity/create-identity.ts";
import { createDatabaseClaims } from "./identity/database-claims.ts";
import { createDevelopmentSignIn } from "./identity/development-sign-in.ts";
import type { Observe } from "./observe/observation.ts";
import { Operations } from "./operation/operations.ts";
import { loadSchema } from "./schema/load-schema.ts";
import { createAuthPages } from "./server/auth/pages.ts";
import { createServer } from "./server/create-server.ts";
import { isLoopback } from "./server/development-token.ts";
import { type HookListener, listenForHooks } from "./server/hook-listener.ts";
import { createSender } from "./source/postgrest/send.ts";
import { createPostgrestSource } from "./source/postgrest/source.ts";
import type { Stack } from "./stack/stack.ts";

export interface AppOptions {
	readonly config: Config;
	readonly stack: Pick<Stack, "endpoints" | "health">;
	readonly observe: Observe;
	/** Completes every result through graphql-js: for the suite that compares both ways. */
	readonly completion?: "graphql";
}

/** A server that is ready to listen. */
export interface App {
	/** Starts to listen; gives the URL of the GraphQL endpoint. @throws Error naming a port that is taken */
	listen(): Promise<{ readonly url: string }>;
	/** Answers without a socket. */
	fetch(request: Request): Promise<Response>;
	/** Lets requests in flight finish, then lets go of everything. */
	close(): Promise<void>;
}

/** Requests to PostgREST in flight at once, for each of its database connections: enough to keep them all busy. */
const requestsPerConnection = 4;

/** Builds the server over running services. @throws AppError when the database cannot be exposed as it is */
export async function createApp({ config, stack, observe, completion }: AppOptions): Promise<App> {
	const { endpoints } = stack;
	const identity = await createIdentity({ config, endpoints, observe });
	const claimsFor = createDatabaseClaims(endpoints.postgrest.jwtSecret);
	const sender = createSender({
		...endpoints.postgrest,
		connections: config.postgrestPool * requestsPerConnection,
		timeoutMs: config.requestTimeoutMs,
	});
	const startedAt = performance.now();
	const subschemas = { identity: readSubschema("identity") };
	const reserved = joinReserved(Object.values(subschemas).map((subschema) => subschema.reserved));
	const { model, schema: dataSchema } = await loadSchema(endpoints.databaseUrl, { ...config, reserved });
	const source = createPostgrestSource(sender);
	const schema = mergeSubschemas({ dataSchema, model, source, subschemas, people: identity.people });
	const elapsedMs = performance.now() - startedAt;
	const fields = model.queries.size + model.mutations.size;
	observe({ kind: "schema.built", tables: model.tables.size, fields, elapsedMs });
	for (const message of model.collisions) observe({ kind: "schema.warning", message });
	const operations = new Operations({ schema, model, config, ...(completion === undefined ? {} : { completion }) });
	const server = createServer({
		config,
		operations,
		identify: identity.identify,
		claimsFor,
		health: stack.health,
		observe,
		auth:
			identity.passThrough === null
				? null
				: { passThrough: identity.passThrough, pages: createAuthPages({ mailbox: openMailbox(config, identity) }) },
		development:
			endpoints.developmentSecret === null
				? null
				: createDevelopmentSignIn(endpoints.developmentSecret, endpoints.databaseUrl),
	});
	let hooks: HookListener | null = null;
	return {
		async listen() {
			const { answerHook, mailbox } = identity;
			if (endpoints.kratos !== null && answerHook !== null)
				hooks = await listenForHooks({ ...endpoints.kratos.hooks, answer: answerHook, mailbox, observe });
			return server.listen();
		},
		fetch: server.fetch,
		async close() {
			await server.close();
			await hooks?.close();
			await identity.close();
			await sender.close();
		},
	};
}

/** Everybody's mails are for a developer's own machine only. */
function openMailbox({ production, host }: Config, { mailbox }: Identity): Identity["mailbox"] {
	return production || !isLoopback(host) ? null : mailbox;
}
