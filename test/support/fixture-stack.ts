// A stack of a test file's own that exposes the schemas of test/fixtures beside the demo, without Kratos.
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { type App, createApp } from "../../src/app.ts";
import { seedPolicies } from "../../src/authorization/seed-policies.ts";
import { type Config, loadConfig } from "../../src/config/load-config.ts";
import { mintDevelopmentToken } from "../../src/identity/development-jwt.ts";
import type { Endpoints } from "../../src/stack/endpoints.ts";
import { startStack } from "../../src/stack/start-stack.ts";
import { type FixtureSchema, fixtureSql } from "../fixtures/fixture-sql.ts";
import { demoTenants, type GraphqlBody, graphqlRequest } from "./open-app.ts";
import { throwawayStack } from "./test-stack-config.ts";

/** Id of who asks: a member of some boards of the forum. */
export const fixtureUser = "00000000-0000-4000-8000-000000000001";

export interface FixtureStack {
	readonly endpoints: Endpoints;
	readonly config: Config;
	/** A server over some of the schemas; it listens on no port. Closed with the stack. */
	open(...schemas: readonly (FixtureSchema | "api")[]): Promise<FixtureApp>;
	stop(): Promise<void>;
}

export interface FixtureApp {
	/** Sends an operation as a person of tenant acme, by default; gives the parsed answer. */
	ask(
		body: GraphqlBody | string,
		as?: { readonly tenant?: "acme" | "globex"; readonly role?: string },
	): Promise<Answer>;
}

/** An answer as a client sees it. */
export interface Answer {
	// biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of its own query
	readonly data?: any;
	readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

/** A machine may be busy with much else, and a random query be a large one. */
const patience = { APPRUN_STATEMENT_TIMEOUT_MS: "120000", APPRUN_REQUEST_TIMEOUT_MS: "120000" };

/** Starts it with these fixtures loaded. */
export async function startFixtureStack(...schemas: readonly FixtureSchema[]): Promise<FixtureStack> {
	const exposed = ["api", ...schemas];
	const throwaway = throwawayStack({ APPRUN_KRATOS: "off", APPRUN_DB_SCHEMAS: exposed.join(","), ...patience });
	const stack = await startStack(throwaway.config, () => {});
	const apps: App[] = [];
	const stop = async () => {
		await Promise.all(apps.map((app) => app.close()));
		await stack.stop();
		throwaway.remove();
	};
	try {
		const { endpoints } = stack;
		await seedPolicies(endpoints.databaseUrl);
		for (const schema of schemas) await loadFixture(endpoints.databaseUrl, schema);
		const open = async (...chosen: readonly string[]): Promise<FixtureApp> => {
			const config = { ...loadConfig(patience), dbSchemas: [...chosen] };
			const app = await createApp({ config, stack: { endpoints, health: async () => [] }, observe: () => {} });
			apps.push(app);
			return { ask: (body, as) => ask(app, endpoints, body, as) };
		};
		await untilKnown(endpoints, open, schemas);
		return { endpoints, config: throwaway.config, open, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

async function loadFixture(databaseUrl: string, schema: FixtureSchema): Promise<void> {
	const client = new Client({ connectionString: databaseUrl });
	await client.connect();
	try {
		// One simple query is one transaction.
		await client.query(`set local timezone = 'UTC';\n${fixtureSql(schema)}\nnotify pgrst, 'reload schema';`);
	} finally {
		await client.end();
	}
}

async function ask(
	app: App,
	{ developmentSecret }: Endpoints,
	body: GraphqlBody | string,
	{ tenant = "acme", role = "owner" }: { tenant?: "acme" | "globex"; role?: string } = {},
): Promise<Answer> {
	const identity = { subject: fixtureUser, tenantId: demoTenants[tenant], roles: [role] };
	const token = await mintDevelopmentToken(developmentSecret ?? "", identity, 600);
	const response = await app.fetch(graphqlRequest(typeof body === "string" ? { query: body } : body, token));
	return (await response.json()) as Answer;
}

/** A relation of each schema, which PostgREST follows only once it has read that schema. */
const relations: Readonly<Record<FixtureSchema, string>> = {
	shop: "{ territories { region { regionId } } }",
	forum: "{ profiles { user { id } } }",
	ledger: "{ documents { entry { number } } }",
	wide: "{ m1Accounts { origin { id } } }",
};

async function untilKnown(
	endpoints: Endpoints,
	open: FixtureStack["open"],
	schemas: readonly FixtureSchema[],
): Promise<void> {
	for (const schema of schemas) {
		const app = await open(schema);
		for (let attempt = 0; ; attempt++) {
			const { errors } = await app.ask(relations[schema]);
			if (errors === undefined) break;
			if (errors[0]?.extensions.code !== "INTERNAL" || attempt === 600)
				throw new Error(`${endpoints.postgrest.url} does not know ${schema}: ${JSON.stringify(errors)}`);
			await sleep(50);
		}
	}
}
