// Settings of Kratos, its hooks, its mails, and what is remembered of sessions.
import { z } from "zod";
import { integer, key, keysUrl, onOff, optional, smtpUrl, text, url } from "../config-key.ts";

export const identityKeys = Object.freeze({
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
	signInAttempts: key(
		"APPRUN_SIGN_IN_ATTEMPTS",
		integer(0, 1_000_000),
		"10",
		"Refused attempts to sign in with one e-mail address, after which further ones are refused for a while, counted in each process; 0: no limit.",
	),
	signInWindowMs: key(
		"APPRUN_SIGN_IN_WINDOW_MS",
		integer(1000, 86_400_000),
		"300000",
		"How long they are counted, and so the longest that an account is closed to signing in.",
		{ unit: "ms" },
	),
	smtpUrl: optional(
		"APPRUN_SMTP_URL",
		smtpUrl,
		"Mail server of the embedded Kratos; without it mails are shown at /auth/mailbox.",
		{ secret: true },
	),
	smtpFrom: key("APPRUN_SMTP_FROM", text, "apprun@localhost.localdomain", "Sender of the embedded Kratos' mails."),
	kratosBin: optional("APPRUN_KRATOS_BIN", text, "Path of a Kratos 1.3.1 binary."),
});
