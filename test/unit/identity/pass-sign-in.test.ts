// A sign-in by form: which address it counts for, what counts as refused, and that a refusal takes as long whatever Kratos
// took for it. The clock is a number here: nothing is timed.
import { beforeEach, expect, test, vi } from "vitest";
import { passSignIn } from "../../../src/identity/kratos/pass-sign-in.ts";
import { createSignInAttempts } from "../../../src/identity/kratos/sign-in-attempts.ts";

const clock = vi.hoisted(() => ({ now: 0 }));
vi.mock("node:timers/promises", () => ({
	setTimeout: async (ms: number) => {
		clock.now += ms;
	},
}));
beforeEach(() => {
	clock.now = 0;
	vi.spyOn(performance, "now").mockImplementation(() => clock.now);
});

const json = (text: string) => ({ contentType: "application/json; charset=utf-8", body: Buffer.from(text) });
const form = (text: string) => ({ contentType: "application/x-www-form-urlencoded", body: Buffer.from(text) });

/** Sends a form to a Kratos that answers like this after so many ms. */
async function send(sent: Parameters<typeof passSignIn>[0], answer = new Response("{}", { status: 400 }), ms = 0) {
	const counted: string[] = [];
	const real = createSignInAttempts({ most: 1, windowMs: 60_000 });
	const attempts = {
		require: (email: string) => real.require(email),
		refused: (email: string) => void counted.push(`refused ${email}`),
		succeeded: (email: string) => void counted.push(`succeeded ${email}`),
	};
	let body = "";
	const given = await passSignIn(sent, attempts, async (passed) => {
		body = passed.toString();
		clock.now += ms;
		return answer;
	});
	return { counted, body, status: given.status };
}

test("a refusal takes as long for a wrong password as for an unknown address, also of a form without JSON", async () => {
	const redirected = () => new Response(null, { status: 303, headers: { location: "/auth/login?flow=1" } });
	const taken: number[] = [];
	for (const [ms, answer] of [
		[2, new Response("{}", { status: 400 })],
		[260, new Response("{}", { status: 400 })],
		[2, redirected()],
		[260, redirected()],
	] as const) {
		clock.now = 0;
		await send(json('{"identifier":"ada@people.example"}'), answer, ms);
		taken.push(clock.now);
	}
	expect(taken).toEqual([500, 500, 500, 500]);
});

test("the address that counts is the one that Kratos reads", async () => {
	for (const sent of [
		json('{"method":"password","identifier":"ada@people.example"}'),
		json('{"identifier":"","password_identifier":"ada@people.example"}'),
		json('{"identifier":"decoy@people.example","identifier":"ada@people.example"}'),
		form("method=password&identifier=ada%40people.example"),
		form("identifier=decoy%40people.example&identifier=ada%40people.example"),
	]) {
		const { counted, body } = await send(sent);
		expect(counted).toEqual(["refused ada@people.example"]);
		expect(body).not.toContain("decoy");
	}
});

test("what is no form is not passed on", async () => {
	for (const sent of [json("{"), json('["ada@people.example"]'), json("null")])
		expect(await send(sent)).toMatchObject({ body: "", status: 400, counted: [] });
});

test("accepted is what gives a session, or goes on to the second factor", async () => {
	const session = { "set-cookie": "ory_kratos_session=abc; Path=/" };
	const sent = form("identifier=ada%40people.example");
	for (const answer of [
		new Response("{}", { status: 200 }),
		new Response("{}", { status: 422 }),
		new Response(null, { status: 303, headers: session }),
	])
		expect((await send(sent, answer)).counted).toEqual(["succeeded ada@people.example"]);
	expect((await send(sent, new Response(null, { status: 303 }))).counted).toEqual(["refused ada@people.example"]);
	expect((await send(sent, new Response("{}", { status: 503 }))).counted).toEqual([]);
});
