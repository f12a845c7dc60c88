// Takes where the services are and gives GET /health/ready's entries: each service asked within a second, all at once.
import type { Endpoints, ServiceHealth } from "./endpoints.ts";
import { probeHttp, probePostgres } from "./probe.ts";

/** Asks every service. Callers that come while it asks get the same answer. */
export function healthOf(endpoints: Endpoints): () => Promise<ServiceHealth[]> {
	let asking: Promise<ServiceHealth[]> | null = null;
	return () => {
		asking ??= askAll(endpoints).finally(() => {
			asking = null;
		});
		return asking;
	};
}

async function askAll({ databaseUrl, postgrest, kratos }: Endpoints): Promise<ServiceHealth[]> {
	return await Promise.all([
		entry("postgres", probePostgres(databaseUrl), "It takes no connection, or does not answer within a second."),
		entry(
			"postgrest",
			// Without its admin address the API is asked; any answer of its own will do, even a refusal.
			postgrest.adminUrl === null
				? probeHttp(postgrest.url, (status) => status < 500)
				: probeHttp(`${trimmed(postgrest.adminUrl)}/ready`),
			"It is not ready: down, or without its database.",
		),
		...(kratos === null
			? []
			: [
					entry(
						"kratos",
						probeHttp(`${trimmed(kratos.adminUrl)}/admin/health/ready`),
						"It is not ready: down, or without its database.",
					),
				]),
	]);
}

async function entry(name: string, probe: Promise<boolean>, reason: string): Promise<ServiceHealth> {
	return (await probe) ? { name, status: "ok" } : { name, status: "unavailable", reason };
}

const trimmed = (url: string) => url.replace(/\/+$/, "");
