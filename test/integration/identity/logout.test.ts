// Signing out ends the session and its JWTs on every server process at once, and nobody else's.
import { expect, test, vi } from "vitest";
import { type OpenApp, openApp } from "../../support/open-app.ts";
import { ask, codes, logIn, type Registered, register } from "../../support/people.ts";

vi.setConfig({ testTimeout: 90_000 });

const me = JSON.stringify({ query: "{ me { id } }" });
type Headers = Readonly<Record<string, string>>;

async function statusAt(other: OpenApp, headers: Headers): Promise<number> {
	const sent = { "content-type": "application/json", accept: "application/json", ...headers };
	return (await other.fetch(new Request("http://apprun.test/graphql", { method: "POST", headers: sent, body: me })))
		.status;
}

/** Until the notification has arrived: asked again for at most a second. */
async function refusedSoonAt(other: OpenApp, headers: Headers): Promise<void> {
	await vi.waitFor(async () => expect(await statusAt(other, headers)).toBe(401), { timeout: 1000, interval: 20 });
}

async function bothWays(person: Registered, status: number): Promise<void> {
	for (const headers of [person.byJwt, person.bySession])
		expect((await ask("{ me { id } }", {}, headers)).status).toBe(status);
}

test("of one session: it is refused here and at another process, another one of the same person is not", async () => {
	const other = await openApp();
	try {
		const first = await register();
		const second = await logIn(first.email);
		for (const headers of [first.byJwt, first.bySession]) expect(await statusAt(other, headers)).toBe(200);
		const { data } = await ask("mutation { logout }", {}, first.bySession);
		expect(data.logout).toBe(true);
		await bothWays(first, 401);
		for (const headers of [first.byJwt, first.bySession]) await refusedSoonAt(other, headers);
		await bothWays(second, 200);
		expect(await statusAt(other, second.byJwt)).toBe(200);
	} finally {
		await other.close();
	}
});

test("everywhere: every session of the person, and none that begins afterwards", async () => {
	const other = await openApp();
	try {
		const [first, stranger] = await Promise.all([register(), register()]);
		const second = await logIn(first.email);
		expect(await statusAt(other, second.bySession)).toBe(200);
		expect((await ask("mutation { logout(everywhere: true) }", {}, first.byJwt)).data.logout).toBe(true);
		await bothWays(first, 401);
		await bothWays(second, 401);
		for (const headers of [second.byJwt, second.bySession]) await refusedSoonAt(other, headers);
		await bothWays(stranger, 200);
		const third = await logIn(first.email);
		await bothWays(third, 200);
		expect(await statusAt(other, third.byJwt)).toBe(200);
	} finally {
		await other.close();
	}
});

test("a process that starts afterwards knows as well", async () => {
	const ada = await register();
	await ask("mutation { logout }", {}, ada.byJwt);
	const later = await openApp();
	try {
		expect(await statusAt(later, ada.byJwt)).toBe(401);
	} finally {
		await later.close();
	}
});

test("nobody signs out who is not signed in", async () => {
	expect(codes(await ask("mutation { logout }"))).toEqual(["UNAUTHENTICATED"]);
});
