// Identity while things are killed: Kratos in the middle of registration and of login, apprun between Kratos' two hooks.
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { query } from "../support/database.ts";
import { prepareApprun } from "../support/killable-apprun.ts";
import {
	ask,
	codes,
	inviteToAt,
	logIn,
	loginMutation,
	newEmail,
	password,
	register,
	registerMutation,
} from "../support/people.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const apprun = prepareApprun({ APPRUN_SESSION_CACHE_MS: "500", APPRUN_DEMO: "on" });
beforeAll(() => apprun.start());
afterAll(() => apprun.dispose());

const url = () => apprun.run().graphql;

/** Locks a table until `release`: whoever uses it waits. */
async function lock(table: string): Promise<{ waiting(): Promise<number>; release(): Promise<void> }> {
	const client = new Client({ connectionString: apprun.run().database });
	// Ended by us, or with the Postgres that apprun took along.
	client.on("error", () => {});
	await client.connect();
	await client.query(`begin; lock table ${table} in access exclusive mode`);
	return {
		async waiting() {
			const { rowCount } = await client.query("select from pg_locks where not granted and relation = $1::regclass", [
				table,
			]);
			return rowCount ?? 0;
		},
		release: () => client.end().catch(() => undefined),
	};
}

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
	for (let left = 300; left > 0; left -= 1) {
		if (await condition()) return;
		await pause(100);
	}
	throw new Error(`it never came to this: ${what}`);
}

const kratosPid = () => {
	const { kratos } = apprun.run().pids;
	if (kratos === null) throw new Error("Kratos does not run");
	return kratos;
};

async function kratosIsBack(): Promise<void> {
	await until(async () => {
		const answer = await fetch(apprun.run().health);
		return answer.ok;
	}, "Kratos is ready again");
}

async function identities(email: string): Promise<unknown[]> {
	const admin = apprun.run().kratos?.admin;
	const answer = await fetch(`${admin}/admin/identities?credentials_identifier=${encodeURIComponent(email)}`);
	return (await answer.json()) as unknown[];
}

test("Kratos away: JWTs and known sessions go on, unknown ones are told so, and nobody becomes anonymous", async () => {
	const ada = await register({}, url());
	expect((await ask("{ me { id } }", {}, ada.bySession, url())).data.me.id).toBe(ada.id);
	process.kill(kratosPid(), "SIGSTOP");
	const frozen = kratosPid();
	try {
		// Longer than the answer is gone by without asking again.
		await pause(600);
		expect((await ask("{ me { id } }", {}, ada.byJwt, url())).data.me.id).toBe(ada.id);
		expect((await ask("{ me { id } }", {}, ada.bySession, url())).data.me.id).toBe(ada.id);
		const unknown = await ask("{ me { id } }", {}, { "x-session-token": "ory_st_unknown" }, url());
		expect([unknown.status, codes(unknown)]).toEqual([503, ["UPSTREAM_UNAVAILABLE"]]);
		const cookie = await ask("{ me { id } }", {}, { cookie: "ory_kratos_session=unknown" }, url());
		expect(codes(cookie)).toEqual(["UPSTREAM_UNAVAILABLE"]);
		const login = await ask(loginMutation, { input: { email: ada.email, password } }, {}, url());
		expect(codes(login)).toEqual(["UPSTREAM_UNAVAILABLE"]);
	} finally {
		process.kill(frozen, "SIGCONT");
	}
	await kratosIsBack();
	expect((await ask("{ me { id } }", {}, ada.bySession, url())).data.me.id).toBe(ada.id);
});

test("Kratos killed in the middle of a registration: a clear error, nothing left, and it works afterwards", async () => {
	const owner = await register({}, url());
	const email = newEmail("killed");
	const secret = await inviteToAt(url(), owner, email, "reader");
	const held = await lock("apprun.invitations");
	const input = { email, password, invitation: secret };
	const registering = ask(registerMutation, { input }, {}, url());
	await until(async () => (await held.waiting()) > 0, "the hook looks the invitation up");
	process.kill(kratosPid(), "SIGKILL");
	expect(codes(await registering)).toEqual(["UPSTREAM_UNAVAILABLE"]);
	await held.release();
	await kratosIsBack();
	expect(await identities(email)).toEqual([]);
	const rows = await query(apprun.run().database, "select from apprun.memberships where email = $1", [email]);
	expect(rows).toEqual([]);
	expect((await register({ email, invitation: secret }, url())).tenantId).toBe(owner.tenantId);
});

test("Kratos killed in the middle of a login: a clear error, and it works afterwards", async () => {
	const ada = await register({}, url());
	const pid = kratosPid();
	process.kill(pid, "SIGSTOP");
	const loggingIn = ask(loginMutation, { input: { email: ada.email, password } }, {}, url());
	await pause(500);
	process.kill(pid, "SIGKILL");
	expect(codes(await loggingIn)).toEqual(["UPSTREAM_UNAVAILABLE"]);
	await kratosIsBack();
	expect((await logIn(ada.email, url())).id).toBe(ada.id);
});

test("apprun killed between the two hooks: signing in later finds the tenant as it was meant", async () => {
	const email = newEmail("between");
	const held = await lock("apprun.memberships");
	const registering = ask(registerMutation, { input: { email, password, tenantName: "Halfway" } }, {}, url()).catch(
		() => null,
	);
	await until(async () => (await held.waiting()) > 0, "the second hook writes");
	expect(await identities(email)).toHaveLength(1);
	const before = await query(apprun.run().database, "select from apprun.tenants where name = 'Halfway'");
	expect(before).toEqual([]);
	await apprun.kill();
	expect(await registering).toBeNull();
	await held.release();
	await apprun.start();
	const ada = await logIn(email, url());
	const { data } = await ask("{ me { roles tenant { name } } products { id } }", {}, ada.byJwt, url());
	expect(data).toEqual({ me: { roles: ["owner"], tenant: { name: "Halfway" } }, products: [] });
});
