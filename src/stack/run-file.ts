// <data dir>/run.json: what scripts and other commands need to reach a running `apprun start`. Written once it is ready,
// removed when it stops. Holds the superuser's password, so its mode is 0600.
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Endpoints } from "./endpoints.ts";
import type { ServicePids } from "./stack.ts";

const pid = z.number().int().positive().nullable();
const runFileSchema = z.object({
	/** URL of the GraphQL endpoint. */
	graphql: z.string(),
	/** URL of GET /health/ready. */
	health: z.string(),
	/** Owner's URL of the database; of the embedded one, a superuser's. */
	database: z.string(),
	/** URL, or `unix:` and the path of its socket. */
	postgrest: z.string(),
	kratos: z.object({ public: z.string(), admin: z.string() }).nullable(),
	/** URL of the PostGraphile process, with APPRUN_POSTGRAPHILE only; the public path is /compare/graphql. */
	postgraphile: z.string().optional(),
	/** Null: not started here, or restarting. */
	pids: z.object({
		apprun: z.number().int().positive(),
		postgres: pid,
		postgrest: pid,
		kratos: pid,
		postgraphile: pid.optional(),
		functionHosts: z.array(z.number().int().positive()),
	}),
});

/** The content of run.json. */
export type RunFile = Readonly<z.infer<typeof runFileSchema>>;

const pathOf = (dataDir: string) => join(dataDir, "run.json");

export interface RunFileOptions {
	readonly dataDir: string;
	/** URL of the GraphQL endpoint. */
	readonly graphql: string;
	readonly endpoints: Endpoints;
	readonly pids: ServicePids;
	readonly functionHosts: readonly number[];
}

/** Writes run.json, whole or not at all. */
export function writeRunFile({ dataDir, graphql, endpoints, pids, functionHosts }: RunFileOptions): void {
	const { databaseUrl, postgrest, kratos, postgraphileUrl } = endpoints;
	const { postgraphile, ...services } = pids;
	const content: RunFile = {
		graphql,
		health: new URL("/health/ready", graphql).href,
		database: databaseUrl,
		postgrest: postgrest.socketPath === null ? postgrest.url : `unix:${postgrest.socketPath}`,
		kratos: kratos === null ? null : { public: kratos.publicUrl, admin: kratos.adminUrl },
		...(postgraphileUrl !== undefined && { postgraphile: postgraphileUrl }),
		pids: {
			apprun: process.pid,
			...services,
			...(postgraphileUrl !== undefined && { postgraphile }),
			functionHosts: [...functionHosts],
		},
	};
	const path = pathOf(dataDir);
	writeFileSync(`${path}.new`, `${JSON.stringify(content, null, "\t")}\n`, { mode: 0o600 });
	renameSync(`${path}.new`, path);
}

/** Removes run.json; nothing to remove is fine. */
export function removeRunFile(dataDir: string): void {
	rmSync(pathOf(dataDir), { force: true });
}

/** What run.json says, or null when nothing runs on this data dir. */
export function readRunFile(dataDir: string): RunFile | null {
	try {
		return runFileSchema.parse(JSON.parse(readFileSync(pathOf(dataDir), "utf8")));
	} catch {
		return null;
	}
}
