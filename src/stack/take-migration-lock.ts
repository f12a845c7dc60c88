// Takes a connection and waits until no other one changes apprun's part of this database, over all replicas.
import type { Client } from "pg";

/** Takes Postgres' advisory lock for apprun's own changes; it is held until the connection ends. */
export async function takeMigrationLock(client: Client): Promise<void> {
	await client.query("select pg_advisory_lock(hashtextextended('apprun migrate', 0))");
}
