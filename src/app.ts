// The composition root: builds every stage once, in the order of the request path, and knows no more than that.
import { mergeSubschemas } from "../resolvers/index.ts";
import { type Authorization, createAuthorization } from "./authorization/create-authorization.ts";
import type { Config } from "./config/load-config.ts";
import type { Functions } from "./functions/functions.ts";
import { startFunctions } from "./functions/start-functions.ts";
import { createIdentity, type Identity } from "./identity/create-identity.ts";
import { createDatabaseClaims } from "./identity/database-claims.ts";
import { createDevelopmentSignIn } from "./identity/development-sign-in.ts";
import type { People } from "./identity/people.ts";
import { anonymous } from "./identity/principal.ts";
import { createMetrics } from "./observe/metrics.ts";
import { type Observe, observeAll } from "./observe/observation.ts";
import { createAskAsCaller } from "./operation/ask-as-caller.ts";
import { LiveOperations } from "./operation/live-operations.ts";
import { Operations } from "./operation/operations.ts";
import { createRunOnce } from "./operation/run-once.ts";
import { type WarmUpInput, warmUp } from "./operation/warm-up.ts";
import { createCursors } from "./plan/cursor.ts";
import { readArguments } from "./plan/read-arguments.ts";
import { createPostgraphile } from "./postgraphile/ask.ts";
import { LiveSchema } from "./schema/live-schema.ts";
import type { LoadedSchema } from "./schema/load-schema.ts";
import { createAuthPages } from "./server/auth/pages.ts";
import { type ApprunServer, createServer } from "./server/create-server.ts";
import { isLoopback } from "./server/development-token.ts";
import { type HookListener, listenForHooks } from "./server/hook-listener.ts";
import { createSender } from "./source/postgrest/send.ts";
import { createPostgrestSource } from "./source/postgrest/source.ts";
import type { DatabaseClaims } from "./source/source.ts";
import { openKeptAnswers } from "./source/sql/kept-answers.ts";
import { listen } from "./stack/listen.ts";
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
export async function createApp(options: AppOptions): Promise<App> {
	// What was opened is closed again, the last first, also when a later stage refuses.
	const opened = new AsyncDisposableStack();
	try {
		return await compose(options, opened);
	} catch (error) {
		await opened.disposeAsync();
		throw error;
	}
}

async function compose(options: AppOptions, opened: AsyncDisposableStack): Promise<App> {
	const { config, stack } = options;
	const metrics = createMetrics({ ofProcess: config.metrics });
	const observe = observeAll([options.observe, metrics.observe]);
	const { endpoints } = stack;
	const { databaseUrl } = endpoints;
	const authorization = await createAuthorization({ databaseUrl, config, observe, readArguments });
	opened.defer(authorization.close);
	const identity = await createIdentity({ config, endpoints, authority: authorization.authority, observe });
	opened.defer(() => identity.close());
	let hooks: HookListener | null = null;
	opened.defer(async () => await hooks?.close());
	const user = await findServiceUser(config.serviceUser).catch(() => null);
	const functions = await startFunctions({ config, databaseUrl, user, observe });
	opened.defer(() => functions.stop());
	const answers = openKeptAnswers(databaseUrl);
	opened.defer(answers.close);
	const { operations, live, warmUpOn } = await openOperations({
		...options,
		observe,
		opened,
		authorization,
		people: identity.people,
		functions,
	});
	const { passThrough, answerHook, mailbox } = identity;
	const { developmentSecret, postgraphileUrl } = endpoints;
	const postgraphile =
		postgraphileUrl === undefined ? null : createPostgraphile(postgraphileUrl, config.requestTimeoutMs);
	opened.defer(async () => await postgraphile?.close());
	const claimsFor = createDatabaseClaims(endpoints.postgrest.jwtSecret);
	const server = createServer({
		config,
		operations,
		identify: identity.identify,
		claimsFor,
		runOnce: createRunOnce(answers, config.requestTimeoutMs),
		health: async () => [...(await stack.health()), authorization.health(), live.health()],
		metrics: config.metrics ? metrics.read : null,
		observe,
		auth: passThrough && { passThrough, pages: createAuthPages({ mailbox: openMailbox(config, identity) }) },
		...(postgraphile && { comparison: postgraphile.ask }),
		development: developmentSecret === null ? null : createDevelopmentSignIn(developmentSecret, databaseUrl),
	});
	opened.defer(server.close);
	return {
		async listen() {
			if (endpoints.kratos !== null && answerHook !== null)
				hooks = await listenForHooks({ ...endpoints.kratos.hooks, answer: answerHook, mailbox, observe });
			const listening = await server.listen();
			await Promise.all([greetServer(server, listening.url), warmUpOn(await claimsFor(anonymous))]);
			return listening;
		},
		fetch: server.fetch,
		functionHosts: functions.pids,
		close: () => opened.disposeAsync(),
	};
}

/** The framework's part of a first request. What it answers is of no interest: readiness is asked for elsewhere. */
async function greetServer(server: ApprunServer, url: string): Promise<void> {
	const headers = { "content-type": "application/json", accept: "application/json" };
	const ask = () => server.fetch(new Request(url, { method: "POST", headers, body: '{"query":"{ __typename }"}' }));
	await ask()
		.then(ask)
		.catch(() => {});
}

interface OperationParts extends AppOptions {
	readonly opened: AsyncDisposableStack;
	readonly authorization: Authorization;
	readonly people: People;
	readonly functions: Functions;
}

/** The merged and guarded schema, with the source behind it, as operations to run; kept in step with the database. */
async function openOperations(parts: OperationParts) {
	const { config, stack, observe, completion, opened, authorization, people, functions } = parts;
	const { databaseUrl, postgrest } = stack.endpoints;
	const sender = createSender({
		...postgrest,
		connections: config.postgrestPool * requestsPerConnection,
		timeoutMs: config.requestTimeoutMs,
	});
	opened.defer(sender.close);
	const operations = new LiveOperations();
	const cursorsFor = createCursors(postgrest.jwtSecret);
	const ask = createAskAsCaller(operations, observe);
	let inForce: Pick<WarmUpInput, "schema" | "model"> | null = null;
	const serve = async ({ model, schema: dataSchema }: LoadedSchema) => {
		const policies = { ...authorization, databaseRole: callerRole };
		const schema = mergeSubschemas({
			dataSchema,
			source,
			people,
			policies,
			functions: { stage: functions, ask },
		});
		const admit = await authorization.guard(schema, model);
		operations.replace(new Operations({ schema, model, config, admit, cursorsFor, ...(completion && { completion }) }));
		inForce = { schema, model };
	};
	const live = new LiveSchema({ databaseUrl, config, serve, observe });
	const source = createPostgrestSource(sender, live);
	opened.defer(() => live.stop());
	const changed = () => live.changed();
	const listener = await listen({
		...{ databaseUrl, channel: "pgrst", observe },
		...{ onMessage: changed, onConnected: changed, onLost: () => {} },
	});
	opened.defer(listener.stop);
	await live.start();
	const warmUpOn = async (claims: DatabaseClaims) => {
		const request = { requestId: "warm-up", principal: anonymous, readOnly: true, claims };
		if (inForce !== null) await warmUp({ ...inForce, source, limits: config, cursorsFor, request });
	};
	return { operations, live, warmUpOn };
}

/** Everybody's mails are for a developer's own machine only. */
function openMailbox({ production, host }: Config, { mailbox }: Identity): Identity["mailbox"] {
	return production || !isLoopback(host) ? null : mailbox;
}
