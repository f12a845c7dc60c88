// Where the services are, embedded or external: what src/stack gives and src/app.ts builds the stages from.

export interface Endpoints {
	/** Connection of the owner role: introspection, migrations, the registry. Never used for a caller's data. */
	readonly databaseUrl: string;
	readonly postgrest: {
		/** Base URL; with `socketPath` its host is only a name. */
		readonly url: string;
		readonly socketPath: string | null;
		/** Admin server with /live and /ready; null: unknown, the API itself is asked. */
		readonly adminUrl: string | null;
		/** Shared secret that PostgREST verifies tokens with (HS256). */
		readonly jwtSecret: string;
	};
	readonly kratos: KratosEndpoint | null;
	/** GraphQL of the PostGraphile process, for requests with a token as PostgREST gets it; left out: there is none. */
	readonly postgraphileUrl?: string;
	/** Secret that development tokens of `apprun token` are signed with (HS256); null where they are not accepted. */
	readonly developmentSecret: string | null;
}

/** A Kratos, and what apprun and it have agreed on. */
export interface KratosEndpoint {
	readonly publicUrl: string;
	readonly adminUrl: string;
	/** Key set that its JWTs are verified with. */
	readonly jwksUrl: string;
	/** Where apprun listens for its hooks, and the secret that comes with them. */
	readonly hooks: { readonly host: string; readonly port: number; readonly secret: string };
	/** Its mails come to `hooks` instead of a mail server. */
	readonly mailbox: boolean;
	/** The demo's people: their password, and whether this start made them; null: there are none. */
	readonly demoPeople: { readonly password: string; readonly made: boolean } | null;
}

/** One line of GET /health/ready. */
export interface ServiceHealth {
	readonly name: string;
	/** degraded: it serves, but somebody has to look at it. */
	readonly status: "ok" | "degraded" | "unavailable";
	/** Why not ok, for a person; never an upstream's text. */
	readonly reason?: string;
}
