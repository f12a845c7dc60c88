// Settings of the server itself: where it listens, where it keeps what it makes, how it ends.
import { z } from "zod";
import { integer, key, onOff, optional, siteUrl, text } from "../config-key.ts";

export const serverKeys = Object.freeze({
	host: key("APPRUN_HOST", text, "127.0.0.1", "Address to listen on."),
	port: key("APPRUN_PORT", integer(0, 65535), "4000", "Port to listen on; 0 takes a free one."),
	publicUrl: optional(
		"APPRUN_PUBLIC_URL",
		siteUrl,
		"Where browsers reach apprun, when that is not its own address: behind a proxy or with TLS.",
	),
	dataDir: key("APPRUN_DATA_DIR", text, ".apprun", "Folder for the embedded database, secrets and run.json."),
	logLevel: key(
		"APPRUN_LOG_LEVEL",
		z.enum(["silent", "error", "warn", "info", "debug"]),
		"info",
		"How much is logged.",
	),
	metrics: key(
		"APPRUN_METRICS",
		onOff,
		"off",
		"Whether GET /metrics answers, in the text format of Prometheus, to whoever reaches the port: it asks for no credential. It tells how much is asked and what fails, of no tenant and no person.",
	),
	shutdownTimeoutMs: key(
		"APPRUN_SHUTDOWN_TIMEOUT_MS",
		integer(0, 600_000),
		"10000",
		"How long requests in flight may finish after SIGTERM.",
		{ unit: "ms" },
	),
	serviceUser: key(
		"APPRUN_SERVICE_USER",
		text,
		"nobody",
		"System user that the embedded services run as when apprun is started by root.",
	),
	postgraphile: key(
		"APPRUN_POSTGRAPHILE",
		z.enum(["off", "on", "force"]),
		"off",
		"Whether `start` runs PostGraphile over the same database, for comparison, at /compare/graphql. No policy of apprun applies there, only grants and row level security: `on` does nothing where NODE_ENV is production, `force` does.",
	),
	k6Bin: optional("APPRUN_K6_BIN", text, "Path of a k6 binary, for load tests."),
});
