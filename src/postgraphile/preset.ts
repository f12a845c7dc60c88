// Settings → PostGraphile's preset: Amber as it comes, over the same schemas. What a caller may see is decided by
// Postgres alone: the role and claims in `pgSettings`, grants, row level security.
import type { IncomingMessage } from "node:http";
import "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import type { PgSettings } from "./pg-settings.ts";
import type { PostgraphileSettings } from "./settings.ts";

/** Where the process answers GraphQL. */
export const processPath = "/graphql";

/**
 * Builds the preset.
 * @param settingsOf what was verified about a request before it got here
 * @see https://postgraphile.org/postgraphile/5/config
 */
export function createPreset(
	{ connectionString, pool, schemas, maxBodyBytes }: PostgraphileSettings,
	settingsOf: (request: IncomingMessage | undefined) => PgSettings,
): GraphileConfig.Preset {
	return {
		extends: [PostGraphileAmberPreset],
		pgServices: [
			makePgService({
				connectionString,
				schemas: [...schemas],
				poolConfig: { max: pool, application_name: "apprun postgraphile" },
				pubsub: false,
				// Offered is what signed-in callers have been granted; the role that connects has no right of its own.
				pgSettingsForIntrospection: { role: "apprun_user" },
			}),
		],
		// A part of the schema that cannot be built is an error, not a schema without it.
		schema: { dontSwallowErrors: true },
		grafast: {
			explain: false,
			context: ({ node }) => ({ pgSettings: { ...settingsOf(node?.req) } }),
		},
		grafserv: {
			graphqlPath: processPath,
			// GraphiQL is apprun's own, on the path that apprun serves.
			graphiql: false,
			websockets: false,
			watch: false,
			maxRequestLength: maxBodyBytes,
			outputDataAsString: true,
		},
	};
}
