// Asks a service whether it works, within one second: HTTP services at a readiness address, Postgres with a query.
import { Client } from "pg";

/** Longest that one probe takes. */
export const probeTimeoutMs = 1000;

/** Whether an HTTP service answers with a status that `accept` takes, by default 200. */
export async function probeHttp(
	url: string,
	accept: (status: number) => boolean = (status) => status === 200,
): Promise<boolean> {
	try {
		const response = await fetch(url, { signal: AbortSignal.timeout(probeTimeoutMs), redirect: "follow" });
		await response.body?.cancel();
		return accept(response.status);
	} catch {
		return false;
	}
}

/** Whether Postgres takes a connection and answers a query. */
export async function probePostgres(databaseUrl: string): Promise<boolean> {
	const client = new Client({
		connectionString: databaseUrl,
		connectionTimeoutMillis: probeTimeoutMs,
		query_timeout: probeTimeoutMs,
		application_name: "apprun health",
	});
	// An error after the answer is the next probe's business.
	client.on("error", () => {});
	try {
		await client.connect();
		await client.query("select 1");
		return true;
	} catch {
		return false;
	} finally {
		void client.end().catch(() => {});
	}
}
