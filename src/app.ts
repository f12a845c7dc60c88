// The composition root: builds every stage once, in the order of the request path, and knows no more than that.
import { mergeSubschemas } from "../resolvers/index.ts";
import { createAuthorization } from "./authorization/create-authorization.ts";
import type { Config } from "./config/load-config.ts";
import { startFunctions } from "./functions/start-functions.ts";
import { createDatabaseClaims } from "./identity/database-claims.ts";
import { createDevelopmentSignIn } from "./identity/development-sign-in.ts";
import { createIdentify } from "./identity/identify.ts";
import type { Observe } from "./observe/observation.ts";
import { createAskAsCaller } from "./operation/ask-as-caller.ts";
import { Operations } from "./operation/operations.ts";
import { readArguments } from "./plan/read-arguments.ts";
import { loadSchema } from "./schema/load-schema.ts";
import { createServer } from "./server/create-server.ts";
import { createSender } from "./source/postgrest/send.ts";
import { createPostgrestSource } from "./source/postgrest/source.ts";
import { findServiceUser } from "./stack/service-user.ts";
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
	/** Pids of the processes that run functions. */
	functionHosts(): readonly number[];
	/** Lets requests in flight finish, then lets go of everything. */
	close(): Promise<void>;
}

/** Requests to PostgREST in flight at once, for each of its database connections: enough to keep them all busy. */
const requestsPerConnection = 4;

/** The database role that signed-in callers run as (sql/roles/roles.sql). */
const callerRole = "apprun_user";

/** Builds the server over running services. @throws AppError when the database cannot be exposed as it is */
export async function createApp({ config, stack, observe, completion }: AppOptions): Promise<App> {
	const { endpoints } = stack;
	const identify = createIdentify({ developmentSecret: endpoints.developmentSecret, observe });
	const claimsFor = createDatabaseClaims(endpoints.postgrest.jwtSecret);
	const sender = createSender({
		...endpoints.postgrest,
		connections: config.postgrestPool * requestsPerConnection,
		timeoutMs: config.requestTimeoutMs,
	});
	const startedAt = performance.now();
	const { model, schema: dataSchema } = await loadSchema(endpoints.databaseUrl, config);
	const authorization = await createAuthorization({
		databaseUrl: endpoints.databaseUrl,
		config,
		observe,
		readArguments,
	});
	const policies = { ...authorization, databaseRole: callerRole };
	const functions = await startFunctions({
		config,
		databaseUrl: endpoints.databaseUrl,
		user: await findServiceUser(config.serviceUser).catch(() => null),
		observe,
	});
	const schema = mergeSubschemas({
		dataSchema,
		model,
		source: createPostgrestSource(sender),
		policies,
		functions: { stage: functions, ask: createAskAsCaller(() => operations, observe) },
	});
	const admit = await authorization.guard(schema, model);
	const elapsedMs = performance.now() - startedAt;
	const fields = model.queries.size + model.mutations.size;
	observe({ kind: "schema.built", tables: model.tables.size, fields, elapsedMs });
	for (const message of model.collisions) observe({ kind: "schema.warning", message });
	const operations = new Operations({
		schema,
		model,
		config,
		admit,
		...(completion === undefined ? {} : { completion }),
	});
	const server = createServer({
		config,
		operations,
		identify,
		claimsFor,
		health: async () => [...(await stack.health()), authorization.health()],
		observe,
		development:
			endpoints.developmentSecret === null
				? null
				: createDevelopmentSignIn(endpoints.developmentSecret, endpoints.databaseUrl),
	});
	return {
		listen: server.listen,
		fetch: server.fetch,
		functionHosts: functions.pids,
		async close() {
			await server.close();
			await functions.stop();
			await sender.close();
			await authorization.close();
		},
	};
}
