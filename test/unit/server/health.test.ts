// The health paths: alive is alive; ready is as ready as its dependencies, which are asked sparingly.
import { expect, test } from "vitest";
import type { ServiceHealth } from "../../../src/stack/endpoints.ts";
import { makeServer } from "./start-server.ts";

function withHealth(answers: () => Promise<readonly ServiceHealth[]>) {
	const { server, observations } = makeServer({ health: answers });
	return { observations, get: (path: string) => server.fetch(new Request(`http://apprun${path}`)) };
}

const ok: ServiceHealth = { name: "postgres", status: "ok" };
const away: ServiceHealth = { name: "postgrest", status: "unavailable", reason: "It is being started again." };

test("ready, with an entry for each dependency", async () => {
	const answer = await withHealth(async () => [ok]).get("/health/ready");
	expect(answer.status).toBe(200);
	expect(answer.headers.get("cache-control")).toBe("no-store");
	expect(await answer.json()).toEqual({ status: "ok", services: [ok] });
});

test("not ready while one dependency is away, but alive", async () => {
	const { get } = withHealth(async () => [ok, away]);
	const answer = await get("/health/ready");
	expect(answer.status).toBe(503);
	expect(await answer.json()).toEqual({ status: "unavailable", services: [ok, away] });
	expect((await get("/health/live")).status).toBe(200);
});

test("ready, with a note, while something has to be looked at", async () => {
	const odd: ServiceHealth = { name: "schema", status: "degraded", reason: "The one before stays in force." };
	const answer = await withHealth(async () => [ok, odd]).get("/health/ready");
	expect(answer.status).toBe(200);
	expect(await answer.json()).toEqual({ status: "degraded", services: [ok, odd] });
	expect((await withHealth(async () => [ok, odd, away]).get("/health/ready")).status).toBe(503);
});

test("not ready when asking fails, and why stays inside", async () => {
	const answer = await withHealth(() => Promise.reject(new Error("password of the database"))).get("/health/ready");
	expect(answer.status).toBe(503);
	expect(await answer.text()).not.toContain("password");
});

test("a hundred who ask at once are one question", async () => {
	let asked = 0;
	const { get } = withHealth(async () => {
		asked++;
		return [ok];
	});
	await Promise.all(Array.from({ length: 100 }, () => get("/health/ready")));
	expect(asked).toBe(1);
	await new Promise((resolve) => setTimeout(resolve, 300));
	await get("/health/ready");
	expect(asked).toBe(2);
});

test("health needs no identity and is no GraphQL request", async () => {
	const { server, observations } = makeServer({ identify: () => Promise.reject(new Error("not asked")) });
	expect((await server.fetch(new Request("http://apprun/health/ready"))).status).toBe(200);
	expect(observations).toEqual([]);
});
