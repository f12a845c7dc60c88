// How long after its commit a change of a rule is enforced by another process.
import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { Client } from "pg";

/** Milliseconds from the commit's answer to the changed decision, one for each of `changes` changes. */
export async function measurePropagation(database: Client, databaseUrl: string, changes: number): Promise<number[]> {
	const tenantId = randomUUID();
	const rule = ["p", "role:reader", tenantId, "data:api/tags", "delete", "allow"];
	const follower = fork(new URL("../../../test/support/policy-process.ts", import.meta.url), {
		stdio: ["ignore", "ignore", "inherit", "ipc"],
	});
	try {
		const ready = next(follower);
		follower.send({ databaseUrl, tenantId, object: "data:api/tags", action: "delete" });
		await ready;
		const delays: number[] = [];
		for (let change = 0; change < changes; change++) {
			const told = next(follower);
			if (change % 2 === 0)
				await database.query(
					"insert into apprun.casbin_rule (ptype, v0, v1, v2, v3, v4) values ($1, $2, $3, $4, $5, $6)",
					rule,
				);
			else await database.query("delete from apprun.casbin_rule where dom = $1", [tenantId]);
			const committedAt = performance.timeOrigin + performance.now();
			delays.push((await told).at - committedAt);
		}
		return delays;
	} finally {
		const gone = once(follower, "exit");
		if (follower.connected) follower.disconnect();
		await gone;
	}
}

const next = async (follower: ChildProcess): Promise<{ readonly at: number }> =>
	(await once(follower, "message"))[0] as { at: number };
