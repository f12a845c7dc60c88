// Headers → principal: none is anonymous, anything ambiguous is refused, a verified token is remembered until it ends.
import { afterEach, expect, test, vi } from "vitest";
import { mintDevelopmentToken } from "../../../src/identity/development-jwt.ts";
import { createIdentify } from "../../../src/identity/identify.ts";
import type { Observation } from "../../../src/observe/observation.ts";

const secret = "the secret that tokens of this file are signed with";
const identity = { subject: "ada", tenantId: "11111111-1111-4111-8111-111111111111", roles: ["owner"] };

function setUp(developmentSecret: string | null = secret) {
	const observations: Observation[] = [];
	const identify = createIdentify({ developmentSecret, observe: (observation) => observations.push(observation) });
	return { observations, identify: (...values: string[]) => identify(headersOf(values)) };
}

function headersOf(values: readonly string[]): Headers {
	const headers = new Headers();
	for (const value of values) headers.append("authorization", value);
	return headers;
}

afterEach(() => vi.useRealTimers());

test("no credential is the anonymous principal", async () => {
	expect(await setUp().identify()).toEqual({ kind: "anonymous" });
});

test("the scheme is read in any case", async () => {
	const token = await mintDevelopmentToken(secret, identity, 60);
	for (const scheme of ["Bearer", "bearer", "BEARER"]) {
		expect(await setUp().identify(`${scheme} ${token}`)).toMatchObject({ kind: "user", subject: "ada" });
	}
});

test("nothing but one bearer token is looked at", async () => {
	const token = await mintDevelopmentToken(secret, identity, 60);
	const { identify } = setUp();
	const headers = [
		[""],
		["Bearer"],
		["Bearer "],
		[token],
		[`Basic ${btoa("ada:secret")}`],
		[`Token ${token}`],
		[`Bearer ${token} ${token}`],
		[`Bearer ${token}, Bearer ${token}`],
		[`Bearer ${token}`, `Bearer ${token}`],
		[`Bearer ${token}`, "Basic eA=="],
		[`Bearer "${token}"`],
	];
	for (const values of headers) {
		await expect(identify(...values), JSON.stringify(values)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
	}
});

test("a token of 100 kB is refused by its length", async () => {
	const { identify, observations } = setUp();
	await expect(identify(`Bearer ${"a".repeat(100_000)}`)).rejects.toMatchObject({
		code: "UNAUTHENTICATED",
		message: "The Authorization header is longer than 4096 characters.",
	});
	expect(observations).toHaveLength(1);
});

test("without a development secret no token is accepted", async () => {
	const token = await mintDevelopmentToken(secret, identity, 60);
	await expect(setUp(null).identify(`Bearer ${token}`)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
});

test("a refusal is observed with its reason and without the token", async () => {
	const { identify, observations } = setUp();
	const token = await mintDevelopmentToken(`${secret}!`, identity, 60);
	await expect(identify(`Bearer ${token}`)).rejects.toThrow();
	expect(observations).toEqual([{ kind: "identity.refused", reason: "signature verification failed" }]);
	expect(JSON.stringify(observations)).not.toContain(token.split(".")[2]);
});

test("a verified token is remembered, and never past its end", async () => {
	const token = await mintDevelopmentToken(secret, identity, 60);
	const { identify } = setUp();
	const first = await identify(`Bearer ${token}`);
	expect(await identify(`Bearer ${token}`)).toBe(first);
	vi.useFakeTimers({ now: Date.now() + 120_000, toFake: ["Date"] });
	await expect(identify(`Bearer ${token}`)).rejects.toMatchObject({ message: "The token has expired." });
});

test("a remembered token does not vouch for one that differs from it", async () => {
	const token = await mintDevelopmentToken(secret, identity, 60);
	const { identify } = setUp();
	await identify(`Bearer ${token}`);
	const [header, payload, signature = ""] = token.split(".");
	const other = `${header}.${payload}.${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`;
	await expect(identify(`Bearer ${other}`)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
});
