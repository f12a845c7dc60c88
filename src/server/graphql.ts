// The request path over HTTP, as one ordered list: reading the plugins is reading what happens to a request.
import { createYoga } from "graphql-yoga";
import type { Config } from "../config/load-config.ts";
import type { ClaimsFor } from "../identity/database-claims.ts";
import type { DevelopmentSignIn } from "../identity/development-sign-in.ts";
import type { Identify } from "../identity/identify.ts";
import type { ReadMetrics } from "../observe/metrics.ts";
import type { Observe } from "../observe/observation.ts";
import type { RunOnce } from "../operation/run-once.ts";
import { createDevelopmentToken, isLoopback } from "./development-token.ts";
import { guardHooks } from "./guard-hooks.ts";
import { createHealth } from "./health.ts";
import { graphqlPath } from "./paths.ts";
import { type AuthOptions, useAuth } from "./plugins/use-auth.ts";
import { useClosedIntrospection } from "./plugins/use-closed-introspection.ts";
import { useComparison } from "./plugins/use-comparison.ts";
import { useConnection } from "./plugins/use-connection.ts";
import { useDevelopmentToken } from "./plugins/use-development-token.ts";
import { useGraphiql } from "./plugins/use-graphiql.ts";
import { useHealth } from "./plugins/use-health.ts";
import { useIdentity } from "./plugins/use-identity.ts";
import { useMetrics } from "./plugins/use-metrics.ts";
import { useNotAcceptable } from "./plugins/use-not-acceptable.ts";
import { useObservations } from "./plugins/use-observations.ts";
import { usePreparedOperations } from "./plugins/use-prepared-operations.ts";
import { usePublicErrors } from "./plugins/use-public-errors.ts";
import { useRequestForm } from "./plugins/use-request-form.ts";
import { useRequestId } from "./plugins/use-request-id.ts";
import { useUnknownPath } from "./plugins/use-unknown-path.ts";
import type { AskHealth, ForwardComparison, NodeContext, Operations, ServerPlugin } from "./ports.ts";
import type { PublishResult } from "./publish-result.ts";
import { createRequestStates } from "./request-state.ts";

export interface GraphqlOptions {
	readonly config: Pick<Config, "host" | "maxBodyBytes" | "production" | "publicUrl">;
	readonly operations: Operations;
	readonly identify: Identify;
	readonly claimsFor: ClaimsFor;
	readonly runOnce: RunOnce;
	readonly health: AskHealth;
	/** Null or left out: nobody may read them here. */
	readonly metrics?: ReadMetrics | null;
	readonly observe: Observe;
	readonly publish: PublishResult;
	/** Null: nobody can sign in without a credential of their own. Ignored in production and off loopback. */
	readonly development: DevelopmentSignIn | null;
	/** Pages and Kratos' self-service; null: nobody can sign in here. */
	readonly auth: AuthOptions | null;
	/** Null or left out: there is no PostGraphile. */
	readonly comparison?: ForwardComparison | null;
	/** Whether the server is stopping: connections are then closed after their answer. */
	readonly isStopping: () => boolean;
}

/** Most operations of one batched request. */
const batchLimit = 10;
/** Yoga matches its own health path by the end of the URL; no URL ends like this. */
const noHealthPath = "\n";

/** Builds the Yoga instance. */
export function createGraphql(options: GraphqlOptions) {
	return createYoga<NodeContext>({
		graphqlEndpoint: graphqlPath,
		healthCheckEndpoint: noHealthPath,
		batching: { limit: batchLimit },
		maxRequestBodySize: options.config.maxBodyBytes,
		// Ours, in the list below.
		parserAndValidationCache: false,
		maskedErrors: false,
		graphiql: false,
		landingPage: false,
		logging: false,
		// Not offered: other origins.
		cors: false,
		multipart: true,
		plugins: pluginList(options),
	});
}

function pluginList(options: GraphqlOptions): ServerPlugin[] {
	const { config, operations, identify, claimsFor, observe, publish } = options;
	const { production, maxBodyBytes } = config;
	const forward = options.comparison ?? null;
	const states = createRequestStates();
	const signIn = production || !isLoopback(config.host) ? null : options.development;
	const plugins = [
		// Every request
		useRequestId(states),
		useConnection(config.maxBodyBytes, options.isStopping),
		useObservations(states, observe),
		// Answers that are not GraphQL
		useHealth(states, createHealth(options.health)),
		useMetrics(states, options.metrics ?? null),
		useGraphiql({ states, operations, showExamples: !production, signIn, comparison: forward !== null }),
		useDevelopmentToken(states, signIn && createDevelopmentToken(signIn)),
		useAuth(states, options.auth),
		useComparison(states, { forward, identify, claimsFor, publish, maxBodyBytes, siteOrigin: config.publicUrl }),
		useUnknownPath(states),
		// Before the body is read
		useIdentity(states, identify, config.publicUrl),
		useNotAcceptable(),
		useRequestForm(),
		// GraphQL
		usePreparedOperations(states, operations, claimsFor, options.runOnce),
		useClosedIntrospection(states, production),
		// The answer
		usePublicErrors(states, publish),
	];
	return plugins.map((plugin) => guardHooks(plugin, states, observe));
}
