// A stack and an apprun of a test file's own: for schemas that nobody else should see, and for changing them while it runs.
import { type App, createApp } from "../../src/app.ts";
import { seedPolicies } from "../../src/authorization/seed-policies.ts";
import { mintDevelopmentToken } from "../../src/identity/development-jwt.ts";
import type { Observation } from "../../src/observe/observation.ts";
import { startStack } from "../../src/stack/start-stack.ts";
import type { Seen } from "./ask-as.ts";
import { seen } from "./ask-as.ts";
import { query } from "./database.ts";
import { demoTenants, type GraphqlBody, graphqlRequest } from "./open-app.ts";
import { throwawayStack } from "./test-stack-config.ts";

export interface OwnApp extends Pick<App, "fetch"> {
	/** Superuser's URL of its database. */
	readonly database: string;
	/** What its development tokens are signed with. */
	readonly developmentSecret: string;
	/** Everything that it observed, oldest first. */
	readonly observations: readonly Observation[];
	/** Runs SQL as a superuser. */
	sql(text: string): Promise<void>;
	/** Sends an operation as the owner of a tenant of the demo. */
	ask(body: GraphqlBody | string, tenant?: keyof typeof demoTenants): Promise<Seen>;
	/** GET /health/ready. */
	health(): Promise<{ readonly status: string; readonly services: readonly { name: string; status: string }[] }>;
	stop(): Promise<void>;
}

/**
 * Starts everything on a throwaway data dir, without Kratos and without the demo unless the settings say otherwise.
 * @param prepare SQL that runs before the schema is first read
 */
export async function startOwnApp(prepare: string, settings: Readonly<Record<string, string>> = {}): Promise<OwnApp> {
	const throwaway = throwawayStack({ APPRUN_KRATOS: "off", APPRUN_DEMO: "off", ...settings });
	const stack = await startStack(throwaway.config, () => {});
	const database = stack.endpoints.databaseUrl;
	const sql = async (text: string) => void (await query(database, text));
	await seedPolicies(database);
	await sql(prepare);
	const observations: Observation[] = [];
	const observe = (observation: Observation) => void observations.push(observation);
	const app = await createApp({ config: throwaway.config, stack, observe });
	const secret = stack.endpoints.developmentSecret ?? "";
	const get = (path: string) => app.fetch(new Request(`http://apprun.test${path}`));
	return {
		database,
		developmentSecret: secret,
		observations,
		sql,
		fetch: app.fetch,
		async ask(body, tenant = "acme") {
			const identity = { subject: "somebody", tenantId: demoTenants[tenant], roles: ["owner"] };
			const request = graphqlRequest(
				typeof body === "string" ? { query: body } : body,
				await mintDevelopmentToken(secret, identity, 600),
			);
			return await seen(await app.fetch(request));
		},
		health: async () => await (await get("/health/ready")).json(),
		async stop() {
			await app.close();
			await stack.stop();
			throwaway.remove();
		},
	};
}

/** A tenant's table with everything that it should have. */
export function tenantTable(name: string, columns: string): string {
	return `
		create table ${name} (
			tenant_id uuid not null default apprun.tenant_id(), id int not null, ${columns}, primary key (tenant_id, id));
		alter table ${name} enable row level security;
		alter table ${name} force row level security;
		create policy own_tenant on ${name} for all to apprun_user
			using (tenant_id = (select apprun.tenant_id())) with check (tenant_id = (select apprun.tenant_id()));
		grant select, insert, update, delete on ${name} to apprun_user;`;
}
