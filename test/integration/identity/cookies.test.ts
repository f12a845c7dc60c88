// Signed in by cookie on the same origin: queries work, a mutation must come from a page of this site, a GET never writes.
import { expect, inject, test, vi } from "vitest";
import { type BrowserSession, openBrowserSession } from "../../support/browser-session.ts";
import { ask, codes, newEmail, password, register } from "../../support/people.ts";

vi.setConfig({ testTimeout: 90_000 });

const create = 'mutation { createProduct(input: { name: "Lamp" }) { name } }';
const origin = () => new URL(inject("stack").graphql).origin;

async function registered(): Promise<{ browser: BrowserSession; email: string }> {
	const browser = openBrowserSession();
	const email = newEmail("browser");
	const answer = await browser.submit("registration", { method: "password", password, traits: { email } });
	expect(answer.status, await answer.clone().text()).toBe(200);
	return { browser, email };
}

test("the cookie of /auth signs in at /graphql, with flags that keep scripts and other sites away", async () => {
	const browser = openBrowserSession();
	const ada = await register();
	const answer = await browser.submit("login", { method: "password", identifier: ada.email, password });
	expect(answer.status).toBe(200);
	const set = answer.headers.getSetCookie().find((text) => text.startsWith("ory_kratos_session="));
	expect(set).toMatch(/HttpOnly/i);
	expect(set).toMatch(/SameSite=Lax/i);
	expect(set).toMatch(/Path=\//i);
	expect(set).not.toMatch(/Domain=/i);
	const { data } = await ask("{ me { id } }", {}, { cookie: browser.cookie() });
	expect(data.me.id).toBe(ada.id);
});

test("a mutation needs to come from our own page", async () => {
	const { browser } = await registered();
	const cookie = browser.cookie();
	const refused: Record<string, string>[] = [
		{},
		{ origin: "https://evil.example" },
		{ origin: "null" },
		{ origin: `${origin()}.evil.example` },
		{ "sec-fetch-site": "cross-site" },
		{ "sec-fetch-site": "same-site" },
		{ "sec-fetch-site": "none" },
		{ "sec-fetch-site": "same-origin", origin: "https://evil.example" },
		{ "sec-fetch-site": "cross-site", "x-apprun-csrf": "1" },
	];
	for (const headers of refused) {
		const answer = await ask(create, {}, { cookie, ...headers });
		expect(codes(answer), JSON.stringify(headers)).toEqual(["FORBIDDEN"]);
	}
	expect((await ask("{ products { name } }", {}, { cookie })).data.products).toEqual([]);
	const accepted: Record<string, string>[] = [
		{ origin: origin() },
		{ "sec-fetch-site": "same-origin" },
		{ "x-apprun-csrf": "1" },
	];
	for (const headers of accepted) expect((await ask(create, {}, { cookie, ...headers })).errors).toEqual([]);
	expect((await ask("{ products { name } }", {}, { cookie })).data.products).toHaveLength(3);
});

test("a mutation among others in one document and in a batch is refused as well", async () => {
	const { browser } = await registered();
	const headers = { "content-type": "application/json", accept: "application/json", cookie: browser.cookie() };
	const batch = [{ query: "{ products { name } }" }, { query: create }];
	const answer = await fetch(inject("stack").graphql, { method: "POST", headers, body: JSON.stringify(batch) });
	const results = (await answer.json()) as { data: unknown; errors?: { extensions: { code: string } }[] }[];
	expect(results[0]?.data).toEqual({ products: [] });
	expect(results[1]?.errors?.[0]?.extensions.code).toBe("FORBIDDEN");
	const named = {
		query: `query Q { products { name } } ${create.replace("mutation", "mutation M")}`,
		operationName: "M",
	};
	const other = await fetch(inject("stack").graphql, { method: "POST", headers, body: JSON.stringify(named) });
	expect(await other.text()).toContain("FORBIDDEN");
});

test("a GET never writes, with or without a proof of origin", async () => {
	const { browser } = await registered();
	const url = `${inject("stack").graphql}?query=${encodeURIComponent(create)}`;
	const answer = await fetch(url, {
		headers: {
			accept: "application/json",
			cookie: browser.cookie(),
			origin: origin(),
			"sec-fetch-site": "same-origin",
		},
	});
	expect(answer.status).toBe(405);
	expect((await ask("{ products { name } }", {}, { cookie: browser.cookie() })).data.products).toEqual([]);
});

test("signing out at /auth ends the session here at once", async () => {
	const { browser } = await registered();
	const cookie = browser.cookie();
	expect((await ask("{ me { id } }", {}, { cookie })).status).toBe(200);
	const { logout_url } = (await (await browser.send("/auth/self-service/logout/browser")).json()) as {
		logout_url: string;
	};
	const { pathname, search } = new URL(logout_url);
	const answer = await browser.send(pathname + search);
	expect(answer.status).toBeLessThan(400);
	await vi.waitFor(async () => expect((await ask("{ me { id } }", {}, { cookie })).status).toBe(401), {
		timeout: 1000,
	});
});

test("the cookie was sent twice: which one counts is nobody's choice", async () => {
	const { browser } = await registered();
	const cookie = `${browser.cookie()}; ory_kratos_session=other`;
	expect((await ask("{ me { id } }", {}, { cookie })).status).toBe(401);
});

test("the tenant cannot be chosen in the browser's registration either", async () => {
	const browser = openBrowserSession();
	const traits = { email: newEmail(), tenant_id: "11111111-1111-4111-8111-111111111111" };
	const answer = await browser.submit("registration", { method: "password", password, traits });
	expect(answer.status).toBe(400);
	expect(await answer.text()).toContain("The tenant is assigned by the server and cannot be chosen.");
});

test("only self-service passes: no admin API, no other path, no trick with dots and slashes", async () => {
	const browser = openBrowserSession();
	for (const path of [
		"/auth/admin/identities",
		"/auth/identities",
		"/auth/self-service/../admin/identities",
		"/auth/self-service/%2e%2e/admin/identities",
		"/auth/self-service/..%2fadmin/identities",
		"/auth/self-service//admin/identities",
		"/auth/health/ready",
		"/auth/version",
		"/hooks/registration",
	]) {
		const answer = await browser.send(path);
		expect([404, 405], path).toContain(answer.status);
	}
});

test("mails are for this machine: another host name sees none", async () => {
	const { email } = await registered();
	const browser = openBrowserSession();
	await vi.waitFor(async () => expect(await (await browser.send("/auth/mailbox")).text()).toContain(email), {
		timeout: 15_000,
		interval: 300,
	});
	const { port, hostname } = new URL(origin());
	const { request } = await import("node:http");
	const status = await new Promise<number>((resolve, reject) => {
		request({ host: hostname, port, path: "/auth/mailbox", headers: { host: "evil.example" } }, (answer) => {
			answer.resume();
			resolve(answer.statusCode ?? 0);
		})
			.on("error", reject)
			.end();
	});
	expect(status).toBe(404);
});
