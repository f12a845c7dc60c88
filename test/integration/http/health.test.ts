// The health paths of the running server name its real dependencies.
import { expect, inject, test } from "vitest";

const { health } = inject("stack");

test("ready: one entry for each service", async () => {
	const answer = await fetch(health);
	expect(answer.status).toBe(200);
	const { status, services } = (await answer.json()) as {
		status: string;
		services: { name: string; status: string }[];
	};
	expect(status).toBe("ok");
	expect(services.map(({ name }) => name).sort()).toEqual(["kratos", "policies", "postgres", "postgrest", "schema"]);
	expect(new Set(services.map((service) => service.status))).toEqual(new Set(["ok"]));
});

test("alive", async () => {
	const answer = await fetch(new URL("live", health));
	expect([answer.status, await answer.json()]).toEqual([200, { status: "ok" }]);
});
