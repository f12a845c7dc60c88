// Settings of Postgres and PostgREST: which ones, what is exposed, how long they may take.
import { z } from "zod";
import { integer, key, list, onOff, optional, text, url } from "../config-key.ts";

export const databaseKeys = Object.freeze({
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
	postgrestPlans: key(
		"APPRUN_POSTGREST_PLANS",
		z.enum(["development", "on", "off"]),
		"development",
		"Whether the embedded PostgREST shows Postgres' plans to `apprun explain`: on, off, or only where NODE_ENV is not production. Callers never see them: its socket is apprun's alone, and apprun sends no header of theirs.",
	),
	requestTimeoutMs: key("APPRUN_REQUEST_TIMEOUT_MS", integer(10, 600_000), "15000", "Longest wait for PostgREST.", {
		unit: "ms",
	}),
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
});
