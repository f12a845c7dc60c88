// Every setting in one table: environment key, type, default, unit, text. docs/configuration.md is tied to it by a test.
import { z } from "zod";

/** One setting. `parse` gets the text of the environment variable. */
export interface ConfigKey<Value> {
	readonly env: string;
	readonly schema: z.ZodType<Value, string>;
	/** Text as it would stand in the environment; null: not set. */
	readonly default: string | null;
	readonly unit: string | null;
	readonly text: string;
	/** Never printed. */
	readonly secret: boolean;
}

const text = z.string().min(1);
const url = z.string().regex(/^(https?|postgres|postgresql):\/\/\S+$/, "must be a URL");
const keysUrl = z.string().regex(/^(https?|file):\/\/\S+$/, "must be a URL of http, https or file");
const siteUrl = z
	.string()
	.regex(/^https?:\/\/[^/\s]+\/?$/, "must be the URL of a site without a path")
	.transform((value) => value.replace(/\/$/, ""));
const smtpUrl = z.string().regex(/^smtps?:\/\/\S+$/, "must be a URL of smtp or smtps");
const list = z.string().transform((value) =>
	value
		.split(",")
		.map((item) => item.trim())
		.filter((item) => item !== ""),
);
const onOff = z.enum(["on", "off"]).transform((value) => value === "on");
const integer = (least: number, most: number) =>
	z.string().regex(/^\d+$/, "must be a whole number").transform(Number).pipe(z.number().min(least).max(most));

interface KeyOptions {
	readonly unit?: string;
	readonly secret?: boolean;
}

function key<Value>(
	env: string,
	schema: z.ZodType<Value, string>,
	fallback: string,
	description: string,
	options: KeyOptions = {},
): ConfigKey<Value> {
	return {
		env,
		schema,
		default: fallback,
		unit: options.unit ?? null,
		text: description,
		secret: options.secret ?? false,
	};
}

function optional<Value>(
	env: string,
	schema: z.ZodType<Value, string>,
	description: string,
	options: KeyOptions = {},
): ConfigKey<Value | null> {
	return {
		env,
		schema: schema as z.ZodType<Value | null, string>,
		default: null,
		unit: options.unit ?? null,
		text: description,
		secret: options.secret ?? false,
	};
}

/** The table. The property name is the name in Config. */
export const configKeys = Object.freeze({
	host: key("APPRUN_HOST", text, "127.0.0.1", "Address to listen on."),
	port: key("APPRUN_PORT", integer(0, 65535), "4000", "Port to listen on; 0 takes a free one."),
	dataDir: key("APPRUN_DATA_DIR", text, ".apprun", "Folder for the embedded database, secrets and run.json."),
	logLevel: key(
		"APPRUN_LOG_LEVEL",
		z.enum(["silent", "error", "warn", "info", "debug"]),
		"info",
		"How much is logged.",
	),

	databaseUrl: optional("APPRUN_DATABASE_URL", url, "A Postgres of your own, instead of the embedded one.", {
		secret: true,
	}),
	dbSchemas: key("APPRUN_DB_SCHEMAS", list, "api", "Schemas that are exposed, separated by commas."),
	tenantColumn: key("APPRUN_TENANT_COLUMN", text, "tenant_id", "Column that holds a row's tenant."),
	tablesWithoutRls: key(
		"APPRUN_TABLES_WITHOUT_RLS",
		z.enum(["refuse", "hide", "expose"]),
		"refuse",
		"What happens to an exposed table without row level security: refuse to start, hide it, or expose it.",
	),
	demo: key("APPRUN_DEMO", onOff, "on", "Seed the demo into the embedded database at first start."),
	statementTimeoutMs: key(
		"APPRUN_STATEMENT_TIMEOUT_MS",
		integer(10, 600_000),
		"10000",
		"Longest that one database statement of a caller may run.",
		{ unit: "ms" },
	),

	postgrestUrl: optional(
		"APPRUN_POSTGREST_URL",
		url,
		"A PostgREST of your own, instead of the embedded one; needs APPRUN_JWT_SECRET.",
	),
	postgrestAdminUrl: optional(
		"APPRUN_POSTGREST_ADMIN_URL",
		url,
		"Admin address of your own PostgREST, for readiness. Without it the API address is asked.",
	),
	postgrestPool: key(
		"APPRUN_POSTGREST_POOL",
		integer(1, 1000),
		"10",
		"Database connections of the embedded PostgREST.",
	),
	authenticatorPassword: optional(
		"APPRUN_AUTHENTICATOR_PASSWORD",
		z.string().min(8),
		"Password that `start` and `migrate` give role apprun_authenticator, which PostgREST logs in as. Without it `start` makes one, and `migrate` leaves it as it is.",
		{ secret: true },
	),
	jwtSecret: optional(
		"APPRUN_JWT_SECRET",
		z.string().min(32),
		"Secret shared with PostgREST (its jwt-secret), at least 32 characters. Generated for the embedded one.",
		{ secret: true },
	),
	kratos: key(
		"APPRUN_KRATOS",
		onOff,
		"on",
		"Start the embedded Kratos; off: nobody can sign in, only development tokens work.",
	),
	kratosPublicUrl: optional("APPRUN_KRATOS_PUBLIC_URL", url, "Public API of a Kratos of your own."),
	kratosAdminUrl: optional("APPRUN_KRATOS_ADMIN_URL", url, "Admin API of a Kratos of your own."),
	kratosDsn: optional(
		"APPRUN_KRATOS_DSN",
		url,
		"Database of the embedded Kratos; by default schema kratos of the same database.",
		{ secret: true },
	),
	kratosJwksUrl: optional(
		"APPRUN_KRATOS_JWKS_URL",
		keysUrl,
		"Key set (JWKS) that JWTs of your own Kratos are verified with; http, https or file. Read again when it changes.",
	),
	kratosIssuer: key("APPRUN_KRATOS_ISSUER", text, "apprun-kratos", "Issuer (`iss`) of Kratos' JWTs."),
	kratosAudience: key("APPRUN_KRATOS_AUDIENCE", text, "apprun", "Audience (`aud`) of Kratos' JWTs."),
	tokenTtlSeconds: key(
		"APPRUN_TOKEN_TTL_SECONDS",
		integer(10, 3600),
		"300",
		"Life of a JWT that the embedded Kratos issues.",
		{ unit: "s" },
	),
	publicUrl: optional(
		"APPRUN_PUBLIC_URL",
		siteUrl,
		"Where browsers reach apprun, when that is not its own address: behind a proxy or with TLS.",
	),
	hooksHost: key("APPRUN_HOOKS_HOST", text, "127.0.0.1", "Address that Kratos calls apprun's hooks at."),
	hooksPort: key(
		"APPRUN_HOOKS_PORT",
		integer(0, 65535),
		"0",
		"Port of the hooks; 0 takes a free one, which only an embedded Kratos can know.",
	),
	hookSecret: optional(
		"APPRUN_HOOK_SECRET",
		z.string().min(32),
		"Secret that your own Kratos sends with a hook, at least 32 characters. Generated for the embedded one.",
		{ secret: true },
	),
	sessionCacheMs: key(
		"APPRUN_SESSION_CACHE_MS",
		integer(0, 600_000),
		"10000",
		"How long an answer of Kratos about a session is gone by; a logout straight at Kratos takes effect after it.",
		{ unit: "ms" },
	),
	sessionStaleMs: key(
		"APPRUN_SESSION_STALE_MS",
		integer(0, 86_400_000),
		"300000",
		"How long it is gone by while Kratos cannot be reached.",
		{ unit: "ms" },
	),
	sessionCacheSize: key("APPRUN_SESSION_CACHE_SIZE", integer(1, 1_000_000), "10000", "Sessions that are remembered."),
	smtpUrl: optional(
		"APPRUN_SMTP_URL",
		smtpUrl,
		"Mail server of the embedded Kratos; without it mails are shown at /auth/mailbox.",
		{ secret: true },
	),
	smtpFrom: key("APPRUN_SMTP_FROM", text, "apprun@localhost.localdomain", "Sender of the embedded Kratos' mails."),
	kratosBin: optional("APPRUN_KRATOS_BIN", text, "Path of a Kratos 1.3.1 binary."),
	k6Bin: optional("APPRUN_K6_BIN", text, "Path of a k6 binary, for load tests."),
	serviceUser: key(
		"APPRUN_SERVICE_USER",
		text,
		"nobody",
		"System user that the embedded services run as when apprun is started by root.",
	),

	defaultLimit: key("APPRUN_DEFAULT_LIMIT", integer(1, 1_000_000), "100", "Rows of a list without a limit.", {
		unit: "rows",
	}),
	maxLimit: key("APPRUN_MAX_LIMIT", integer(1, 1_000_000), "1000", "Highest limit that a list accepts.", {
		unit: "rows",
	}),
	maxDepth: key("APPRUN_MAX_DEPTH", integer(2, 100), "12", "Deepest selection; introspection is exempt.", {
		unit: "levels",
	}),
	maxTokens: key("APPRUN_MAX_TOKENS", integer(100, 1_000_000), "10000", "Longest document.", { unit: "tokens" }),
	maxAliases: key("APPRUN_MAX_ALIASES", integer(0, 10_000), "100", "Most aliases in a document."),
	maxRootFields: key("APPRUN_MAX_ROOT_FIELDS", integer(1, 1000), "20", "Most root fields in an operation."),
	maxBodyBytes: key("APPRUN_MAX_BODY_BYTES", integer(1024, 1_073_741_824), "1048576", "Largest request body.", {
		unit: "bytes",
	}),
	preparedOperations: key(
		"APPRUN_PREPARED_OPERATIONS",
		integer(1, 1_000_000),
		"1000",
		"Documents whose parsed, validated and prepared form is kept.",
	),
	requestTimeoutMs: key("APPRUN_REQUEST_TIMEOUT_MS", integer(10, 600_000), "15000", "Longest wait for PostgREST.", {
		unit: "ms",
	}),
	functionHosts: key(
		"APPRUN_FUNCTION_HOSTS",
		integer(1, 64),
		"2",
		"Processes that run functions, one call at a time each; one more is kept warm.",
	),
	functionHostsMost: key(
		"APPRUN_FUNCTION_HOSTS_MOST",
		integer(2, 256),
		"8",
		"Function processes in the worst case, while calls wait for GraphQL or for each other.",
	),
	functionTenantRunning: key(
		"APPRUN_FUNCTION_TENANT_RUNNING",
		integer(1, 64),
		"1",
		"Function calls of one tenant that run at once; keep it below APPRUN_FUNCTION_HOSTS.",
	),
	functionTenantCalls: key(
		"APPRUN_FUNCTION_TENANT_CALLS",
		integer(1, 256),
		"4",
		"Function calls of one tenant that run or wait for GraphQL at once.",
	),
	functionTenantQueue: key(
		"APPRUN_FUNCTION_TENANT_QUEUE",
		integer(0, 100_000),
		"256",
		"Function calls of one tenant that may wait for their turn.",
	),
	functionQueueMs: key(
		"APPRUN_FUNCTION_QUEUE_MS",
		integer(1, 600_000),
		"10000",
		"Longest that a function call waits for its turn.",
		{ unit: "ms" },
	),
	functionModuleBytes: key(
		"APPRUN_FUNCTION_MODULE_BYTES",
		integer(1024, 67_108_864),
		"4194304",
		"Largest module that can be deployed; APPRUN_MAX_BODY_BYTES limits the request that brings it.",
		{ unit: "bytes" },
	),
	functionLogRows: key(
		"APPRUN_FUNCTION_LOG_ROWS",
		integer(100, 10_000_000),
		"10000",
		"Invocations of one tenant that the log keeps.",
		{ unit: "rows" },
	),
	postgraphile: key(
		"APPRUN_POSTGRAPHILE",
		z.enum(["off", "on", "force"]),
		"off",
		"Whether `start` runs PostGraphile over the same database, for comparison, at /compare/graphql. No policy of apprun applies there, only grants and row level security: `on` does nothing where NODE_ENV is production, `force` does.",
	),
	shutdownTimeoutMs: key(
		"APPRUN_SHUTDOWN_TIMEOUT_MS",
		integer(0, 600_000),
		"10000",
		"How long requests in flight may finish after SIGTERM.",
		{ unit: "ms" },
	),

	policyPollMs: key(
		"APPRUN_POLICY_POLL_MS",
		integer(100, 3_600_000),
		"5000",
		"How often the policies' version is compared with the database, in case a message about a change was lost.",
		{ unit: "ms" },
	),
	policyStaleLimitMs: key(
		"APPRUN_POLICY_STALE_LIMIT_MS",
		integer(1000, 86_400_000),
		"30000",
		"How long policies stay in force unconfirmed before this process is no longer ready.",
		{ unit: "ms" },
	),
	decisionSample: key(
		"APPRUN_DECISION_SAMPLE",
		integer(0, 1_000_000_000),
		"1000",
		"One of how many ordinary allowances is logged; 0 logs none. Denials and administration are always logged.",
	),
});
