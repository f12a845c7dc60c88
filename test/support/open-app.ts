// An apprun server inside the test's own process, over the run's real services: for tests that look at what it sends.
import { inject } from "vitest";
import { type App, createApp } from "../../src/app.ts";
import { type Config, loadConfig } from "../../src/config/load-config.ts";
import { mintDevelopmentToken } from "../../src/identity/development-jwt.ts";
import type { Observation } from "../../src/observe/observation.ts";
import "./provided-stack.ts";

export interface OpenApp extends App {
	/** Everything it observed, oldest first. */
	readonly observations: readonly Observation[];
	/** Sends a GraphQL request as somebody. */
	ask(as: Caller, body: GraphqlBody): Promise<Response>;
}

export interface GraphqlBody {
	readonly query: string;
	readonly variables?: Readonly<Record<string, unknown>>;
	readonly operationName?: string;
}

/** A demo tenant's slug and a role; null: nobody. */
export type Caller = { readonly tenant: DemoTenant; readonly role: string } | null;

export const demoTenants = {
	acme: "11111111-1111-4111-8111-111111111111",
	globex: "22222222-2222-4222-8222-222222222222",
	/** For tests that write: nobody counts or compares its rows. */
	hooli: "55555555-5555-4555-8555-555555555555",
} as const;

export type DemoTenant = keyof typeof demoTenants;

/** Builds a server; close it at the end. It listens on no port. */
export async function openApp(
	options: { readonly completion?: "graphql"; readonly config?: Partial<Config> } = {},
): Promise<OpenApp> {
	const { database, postgrest, kratos, developmentSecret } = inject("stack");
	const observations: Observation[] = [];
	const app = await createApp({
		config: { ...loadConfig({}), ...options.config },
		stack: {
			endpoints: { databaseUrl: database, postgrest, kratos, developmentSecret },
			health: async () => [],
		},
		observe: (observation) => observations.push(observation),
		...(options.completion === undefined ? {} : { completion: options.completion }),
	});
	return {
		...app,
		observations,
		ask: async (as, body) => app.fetch(graphqlRequest(body, await tokenFor(as))),
	};
}

/** A development token; null for nobody. */
export async function tokenFor(as: Caller): Promise<string | null> {
	if (as === null) return null;
	const identity = {
		subject: "00000000-0000-4000-8000-000000000001",
		tenantId: demoTenants[as.tenant],
		roles: [as.role],
	};
	return await mintDevelopmentToken(inject("stack").developmentSecret, identity, 600);
}

/** A POST of a GraphQL operation. */
export function graphqlRequest(body: GraphqlBody, token: string | null, url = "http://apprun.test/graphql"): Request {
	return new Request(url, {
		method: "POST",
		headers: {
			"content-type": "application/json",
			accept: "application/json",
			...(token === null ? {} : { authorization: `Bearer ${token}` }),
		},
		body: JSON.stringify(body),
	});
}
