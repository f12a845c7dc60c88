// What test/support/start-test-stack.ts hands to every test: `const stack = inject("stack")`.

import type { KratosEndpoint } from "../../src/stack/endpoints.ts";

/** The running stack, as plain data. */
export interface ProvidedStack {
	/** URL of the GraphQL endpoint. */
	readonly graphql: string;
	/** URL of GET /health/ready. */
	readonly health: string;
	/** Superuser's URL of the database with the demo. */
	readonly database: string;
	readonly postgrest: {
		readonly url: string;
		readonly socketPath: string | null;
		readonly adminUrl: string | null;
		/** Secret that PostgREST verifies tokens with. */
		readonly jwtSecret: string;
	};
	readonly kratos: KratosEndpoint | null;
	/** Secret that development tokens are signed with. */
	readonly developmentSecret: string;
	/** SDL of the data schema, taken before any test could change the database. */
	readonly dataSchema: string;
}

declare module "vitest" {
	interface ProvidedContext {
		stack: ProvidedStack;
	}
}
