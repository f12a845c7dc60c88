// A session of Kratos: accepted in each of its places, asked about once, refused as soon as Kratos refuses it.
import { createServer, request as forward } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, inject, test, vi } from "vitest";
import { type App, createApp } from "../../../src/app.ts";
import { loadConfig } from "../../../src/config/load-config.ts";
import { admin, kratos } from "../../support/kratos.ts";
import { ask, codes, logIn, newEmail, register } from "../../support/people.ts";

vi.setConfig({ testTimeout: 90_000 });

/** A server of this process, with a Kratos whose public API is counted on its way. */
async function openCounted(
	settings: Record<string, string>,
): Promise<{ app: App; asked: () => number; close(): Promise<void> }> {
	let asked = 0;
	const counter = createServer((incoming, outgoing) => {
		if (incoming.url?.startsWith("/sessions/whoami")) asked += 1;
		const { method, headers, url } = incoming;
		const sent = forward(new URL(url ?? "/", kratos().publicUrl), { method: method ?? "GET", headers }, (answer) => {
			outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
			answer.pipe(outgoing);
		});
		incoming.pipe(sent);
	});
	await new Promise<void>((resolve) => counter.listen(0, "127.0.0.1", resolve));
	const { database, postgrest, developmentSecret } = inject("stack");
	const publicUrl = `http://127.0.0.1:${(counter.address() as AddressInfo).port}`;
	const app = await createApp({
		config: loadConfig(settings),
		stack: {
			endpoints: { databaseUrl: database, postgrest, developmentSecret, kratos: { ...kratos(), publicUrl } },
			health: async () => [],
		},
		observe: () => {},
	});
	return {
		app,
		asked: () => asked,
		async close() {
			await app.close();
			counter.closeAllConnections();
			counter.close();
		},
	};
}

const request = (headers: Record<string, string>) =>
	new Request("http://apprun.test/graphql", {
		method: "POST",
		headers: { "content-type": "application/json", accept: "application/json", ...headers },
		body: JSON.stringify({ query: "{ me { id } }" }),
	});

test("its token is accepted as X-Session-Token and as Bearer", async () => {
	const ada = await register();
	for (const headers of [ada.bySession, { authorization: `Bearer ${ada.sessionToken}` }]) {
		const { data } = await ask("{ me { id session { assurance } } }", {}, headers);
		expect(data.me).toEqual({ id: ada.id, session: { assurance: "aal1" } });
	}
});

test("an unknown token is refused, never anonymous", async () => {
	for (const headers of [
		{ "x-session-token": "ory_st_nobodyhasthistokenatallxxxxxxx" },
		{ authorization: "Bearer ory_st_nobodyhasthistokenatallxxxxxxx" },
		{ "x-session-token": "x" },
		{ cookie: "ory_kratos_session=MTcwMDAwMDAwMHxub2JvZHk=" },
	] as Record<string, string>[]) {
		const answer = await ask("{ me { id } }", {}, headers);
		expect([answer.status, codes(answer)]).toEqual([401, ["UNAUTHENTICATED"]]);
	}
});

test("a hundred requests at once are one question to Kratos, and later ones none until the answer is old", async () => {
	const ada = await register();
	const counted = await openCounted({ APPRUN_SESSION_CACHE_MS: "60000" });
	try {
		const answers = await Promise.all(Array.from({ length: 100 }, () => counted.app.fetch(request(ada.bySession))));
		expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
		expect(counted.asked()).toBe(1);
		await counted.app.fetch(request(ada.bySession));
		expect(counted.asked()).toBe(1);
	} finally {
		await counted.close();
	}
});

test("without a cache every request asks, and a logout straight at Kratos counts at once", async () => {
	const ada = await register();
	const counted = await openCounted({ APPRUN_SESSION_CACHE_MS: "0" });
	try {
		expect((await counted.app.fetch(request(ada.bySession))).status).toBe(200);
		expect((await counted.app.fetch(request(ada.bySession))).status).toBe(200);
		expect(counted.asked()).toBe(2);
		const out = await fetch(`${kratos().publicUrl}/self-service/logout/api`, {
			method: "DELETE",
			headers: { "content-type": "application/json" },
			body: JSON.stringify({ session_token: ada.sessionToken }),
		});
		expect(out.status).toBe(204);
		expect((await counted.app.fetch(request(ada.bySession))).status).toBe(401);
	} finally {
		await counted.close();
	}
});

test("the session of a deleted and of a disabled person is refused", async () => {
	const counted = await openCounted({ APPRUN_SESSION_CACHE_MS: "0" });
	try {
		const deleted = await register();
		expect((await counted.app.fetch(request(deleted.bySession))).status).toBe(200);
		expect((await admin("DELETE", `/identities/${deleted.id}`)).status).toBe(204);
		expect((await counted.app.fetch(request(deleted.bySession))).status).toBe(401);

		const disabled = await register();
		expect((await counted.app.fetch(request(disabled.bySession))).status).toBe(200);
		const patch = [{ op: "replace", path: "/state", value: "inactive" }];
		expect((await admin("PATCH", `/identities/${disabled.id}`, patch)).status).toBe(200);
		expect((await counted.app.fetch(request(disabled.bySession))).status).toBe(401);
		await expect(logIn(disabled.email)).rejects.toThrow("This account is disabled.");
	} finally {
		await counted.close();
	}
});

test("refreshToken gives a new JWT of the session, and none of a JWT", async () => {
	const ada = await register();
	const query = "mutation { refreshToken { sessionToken jwt jwtExpiresAt me { id } } }";
	const { data } = await ask(query, {}, ada.bySession);
	expect(data.refreshToken).toMatchObject({ sessionToken: ada.sessionToken, me: { id: ada.id } });
	expect(data.refreshToken.jwt).not.toBe(ada.jwt);
	const fresh = await ask("{ me { id } }", {}, { authorization: `Bearer ${data.refreshToken.jwt}` });
	expect(fresh.data.me.id).toBe(ada.id);
	expect(codes(await ask(query, {}, ada.byJwt))).toEqual(["BAD_USER_INPUT"]);
	expect(codes(await ask(query))).toEqual(["UNAUTHENTICATED"]);
});

test("a wrong password and an unknown address are told alike, and so is an empty field", async () => {
	const ada = await register();
	const query = "mutation ($input: LoginInput!) { login(input: $input) { jwt } }";
	const answers = await Promise.all(
		[
			{ email: ada.email, password: "wrong" },
			{ email: newEmail("nobody"), password: "wrong" },
			{ email: ada.email, password: "" },
			{ email: "", password: "" },
		].map((input) => ask(query, { input })),
	);
	const [first] = answers;
	expect(first?.status).toBe(401);
	for (const { status, data, errors } of answers)
		expect({ status, data, errors }).toEqual({
			status: first?.status,
			data: first?.data,
			errors: first?.errors,
		});
});
