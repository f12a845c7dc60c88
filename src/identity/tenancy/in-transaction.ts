// Runs work in one transaction of the pool: committed when it returns, rolled back when it throws.
import type { Pool, PoolClient } from "pg";

/** @throws what the work throws, or the error of `pg` */
export async function inTransaction<Result>(
	pool: Pool,
	work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
	const client = await pool.connect();
	let broken: Error | undefined;
	try {
		await client.query("begin");
		const result = await work(client);
		await client.query("commit");
		return result;
	} catch (error) {
		await client.query("rollback").catch((cause: Error) => {
			broken = cause;
		});
		throw error;
	} finally {
		// A connection that could not roll back must not be used again.
		client.release(broken);
	}
}
