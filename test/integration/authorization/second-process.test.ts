// A change made through one process is enforced by another, well before anybody could notice; and a revocation is still
// heard when the other process lost its listening connection while it was made.
import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { askAs } from "../../support/ask-as.ts";
import { query } from "../../support/database.ts";
import { type OpenApp, openApp } from "../../support/open-app.ts";

const tenantId = randomUUID();
const object = "data:api/tags";
const action = "delete";
const input = `input: { subject: "role:reader", object: "${object}", action: "${action}" }`;

interface Told {
	readonly allowed: boolean;
	/** Milliseconds since 1970, on this machine's clock. */
	readonly at: number;
}

let app: OpenApp;
let other: ChildProcess;
beforeAll(async () => {
	app = await openApp();
	other = fork(new URL("../../support/policy-process.ts", import.meta.url), {
		stdio: ["ignore", "inherit", "inherit", "ipc"],
	});
	const told = next();
	other.send({ databaseUrl: inject("stack").database, tenantId, object, action });
	expect((await told).allowed).toBe(false);
});
afterAll(async () => {
	const gone = once(other, "exit");
	other.disconnect();
	await gone;
	await app.close();
});

const next = async (): Promise<Told> => (await once(other, "message"))[0] as Told;
const change = (field: "addAccessRule" | "removeAccessRule") =>
	askAs(app, { subject: "olga", tenantId, roles: ["owner"] }, `mutation { ${field}(${input}) { object } }`);

test("a rule is enforced by the other process within 100 ms of the answer, and gone as fast", async () => {
	const delays: number[] = [];
	for (let round = 0; round < 10; round++) {
		for (const field of ["addAccessRule", "removeAccessRule"] as const) {
			const told = next();
			expect((await change(field)).errors).toEqual([]);
			const answeredAt = performance.timeOrigin + performance.now();
			const { allowed, at } = await told;
			expect(allowed).toBe(field === "addAccessRule");
			delays.push(at - answeredAt);
		}
	}
	const median = delays.sort((a, b) => a - b)[delays.length / 2] ?? Number.NaN;
	expect(median).toBeLessThan(100);
});

test("a revocation made while the other process could not listen is enforced once it can", async () => {
	const allowed = next();
	await change("addAccessRule");
	expect((await allowed).allowed).toBe(true);
	const revoked = next();
	// Both happen in one statement: there is no moment in which the other one could have connected again.
	await query(
		inject("stack").database,
		`with killed as (
			select pg_terminate_backend(pid) from pg_stat_activity
			where application_name = 'apprun policy listener' and datname = current_database()
		)
		delete from apprun.casbin_rule where dom = '${tenantId}' and (select count(*) from killed) > 0`,
	);
	expect((await revoked).allowed).toBe(false);
});
