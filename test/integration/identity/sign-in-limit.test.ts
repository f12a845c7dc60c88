// Guessing a password: after ten refusals an account is closed to signing in for a while, through GraphQL and through the
// pages alike, the right password too; other accounts are not, and nobody learns which addresses exist.
import { expect, test, vi } from "vitest";
import { openBrowserSession } from "../../support/browser-session.ts";
import { ask, codes, loginMutation, newEmail, password, register } from "../../support/people.ts";

vi.setConfig({ testTimeout: 120_000 });

const attempt = (email: string, secret = "a wrong password") =>
	ask(loginMutation, { input: { email, password: secret } });

/** Two at a time: each costs Kratos a hash, and more would only make the others wait. */
async function guess(email: string, times: number): Promise<readonly unknown[]> {
	const found: unknown[] = [];
	for (let left = times; left > 0; left -= 2)
		found.push(...(await Promise.all(Array.from({ length: Math.min(2, left) }, () => attempt(email)))).flatMap(codes));
	return found;
}

test("ten refusals close the account for a while; sessions that it has go on", async () => {
	const ada = await register();
	expect(new Set(await guess(ada.email, 10))).toEqual(new Set(["UNAUTHENTICATED"]));
	for (const secret of ["another wrong password", password]) {
		const answer = await attempt(ada.email, secret);
		expect(codes(answer)).toEqual(["LIMIT_EXCEEDED"]);
		expect(answer.errors[0]?.extensions["retryAfterSeconds"]).toBeGreaterThan(200);
	}
	expect((await ask("{ me { email } }", {}, ada.bySession)).data.me.email).toBe(ada.email);
	const bob = await register();
	expect((await attempt(bob.email, password)).errors).toEqual([]);
});

test("an address that nobody has is closed alike", async () => {
	const email = newEmail();
	await guess(email, 10);
	expect(codes(await attempt(email))).toEqual(["LIMIT_EXCEEDED"]);
});

test("the pages count along, and are closed along", async () => {
	const ada = await register();
	await guess(ada.email, 9);
	const signIn = (secret: string) =>
		openBrowserSession().submit("login", { method: "password", identifier: ada.email, password: secret });
	expect((await signIn("a wrong password")).status).toBe(400);
	const closed = await signIn(password);
	expect(closed.status).toBe(429);
	expect(await closed.json()).toMatchObject({ error: { reason: expect.stringContaining("Try again in") } });
	expect(codes(await attempt(ada.email, password))).toEqual(["LIMIT_EXCEEDED"]);
});

test("who signs in before that begins anew", async () => {
	const ada = await register();
	await guess(ada.email, 9);
	expect((await attempt(ada.email, password)).errors).toEqual([]);
	await guess(ada.email, 9);
	expect((await attempt(ada.email, password)).errors).toEqual([]);
});
