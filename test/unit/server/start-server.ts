// The HTTP edge with a small schema behind it: graphql-js itself is the `Operations`. For tests of the edge alone; what
// the database answers is tested on the real stack.
import { buildSchema, type ExecutionResult, execute, GraphQLError, parse, validate } from "graphql";
import { AppError } from "../../../src/error/app-error.ts";
import { createDatabaseClaims } from "../../../src/identity/database-claims.ts";
import { mintDevelopmentToken } from "../../../src/identity/development-jwt.ts";
import { createIdentify } from "../../../src/identity/identify.ts";
import type { Observation } from "../../../src/observe/observation.ts";
import type { RequestContext } from "../../../src/operation/request-context.ts";
import { type ApprunServer, createServer, type ServerOptions } from "../../../src/server/create-server.ts";
import type { Operations } from "../../../src/server/ports.ts";

export const secret = "a development secret that is only used in tests";
export const acme = "11111111-1111-4111-8111-111111111111";
export const globex = "22222222-2222-4222-8222-222222222222";

const schema = buildSchema(`
	enum Color { RED GREEN }
	type Query {
		"Who asks, and what the database is told."
		whoami: String!
		token: String!
		echo(text: String, number: Int, color: Color): String
		fail(how: String!): String
		mustNotFail(how: String!): String!
		slow(ms: Int!): String
	}
	type Mutation { write: String }
`);

/** Every way in which a resolver may fail. */
const failures: Readonly<Record<string, () => unknown>> = {
	plain: () => new Error("connect ECONNREFUSED /run/secret.sock; select * from api.products"),
	graphql: () => new GraphQLError("relation api.products does not exist"),
	forged: () => Object.assign(new Error("stolen words"), { extensions: { code: "FORBIDDEN", hint: "stolen hint" } }),
	string: () => "a thrown string",
	forbidden: () => new AppError("FORBIDDEN", { message: "Readers do not read this." }),
	unauthenticated: () => new AppError("UNAUTHENTICATED"),
	upstream: () => new AppError("UPSTREAM_UNAVAILABLE", { cause: new Error("upstream words") }),
	conflict: () => new AppError("CONFLICT", { extensions: { columns: ["sku"] } }),
	timeout: () => new AppError("TIMEOUT"),
};

const fail = ({ how }: { how: string }): never => {
	throw failures[how]?.();
};

const rootValue = {
	whoami: (_: unknown, { principal }: RequestContext) =>
		principal.kind === "user" ? `${principal.tenantId} ${principal.roles.join(",")}` : "anonymous",
	token: (_: unknown, { claims }: RequestContext) => claims.token,
	echo: ({ text, number }: { text?: string; number?: number }) => text ?? String(number),
	write: () => "written",
	slow: ({ ms }: { ms: number }) => new Promise((resolve) => setTimeout(() => resolve("done"), ms)),
	fail,
	mustNotFail: fail,
};

export const operations: Operations = {
	schema,
	known: () => null,
	parse: (text) => parse(text, { maxTokens: 1000 }),
	validate: (document) => validate(schema, document),
	execute: async ({ document, operationName, variables, context }) =>
		execute({
			schema,
			document,
			operationName,
			variableValues: variables,
			contextValue: context,
			rootValue,
		}) as Promise<ExecutionResult>,
};

export interface TestServer {
	readonly server: ApprunServer;
	readonly observations: Observation[];
	/** Sends a POST with a JSON body, without a socket. */
	post(body: unknown, headers?: Record<string, string>): Promise<Response>;
}

const config: ServerOptions["config"] = {
	host: "127.0.0.1",
	port: 0,
	maxBodyBytes: 2000,
	production: false,
	publicUrl: null,
	shutdownTimeoutMs: 1000,
};

/** Makes a server; it listens when `server.listen()` is called. */
export function makeServer(
	changes: Partial<Omit<ServerOptions, "config">> & { readonly config?: Partial<typeof config> } = {},
): TestServer {
	const observations: Observation[] = [];
	const observe = (observation: Observation) => void observations.push(observation);
	const server = createServer({
		operations,
		identify: createIdentify({ developmentSecret: secret, observe }),
		claimsFor: createDatabaseClaims("the secret of PostgREST, used in tests only"),
		runOnce: async (_request, run) => await run(),
		health: async () => [{ name: "postgres", status: "ok" }],
		observe,
		development: null,
		auth: null,
		...changes,
		config: { ...config, ...changes.config },
	});
	const post = (body: unknown, headers: Record<string, string> = {}) =>
		server.fetch(
			new Request("http://apprun/graphql", {
				method: "POST",
				headers: { "content-type": "application/json", ...headers },
				body: typeof body === "string" ? body : JSON.stringify(body),
			}),
		);
	return { server, observations, post };
}

/** An Authorization header of a development user. */
export async function bearer(tenantId = acme, roles: readonly string[] = ["owner"]): Promise<Record<string, string>> {
	return { authorization: `Bearer ${await mintDevelopmentToken(secret, { subject: "someone", tenantId, roles }, 60)}` };
}

/** Reads a GraphQL answer. */
export async function read(response: Response): Promise<{
	status: number;
	headers: Headers;
	body: { data?: Record<string, unknown> | null; errors?: PublicErrorBody[] };
	text: string;
}> {
	const text = await response.text();
	return { status: response.status, headers: response.headers, body: JSON.parse(text), text };
}

export interface PublicErrorBody {
	readonly message: string;
	readonly path?: readonly (string | number)[];
	readonly extensions: { readonly code: string; readonly hint: string; readonly [more: string]: unknown };
}
