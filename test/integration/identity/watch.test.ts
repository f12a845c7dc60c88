// The connection for notifications is cut: meanwhile every revocation still counts, and afterwards nothing was missed.
import { expect, inject, test, vi } from "vitest";
import { query } from "../../support/database.ts";
import { openApp } from "../../support/open-app.ts";
import { ask, register } from "../../support/people.ts";

vi.setConfig({ testTimeout: 90_000 });

test("a sign-out that happens in the gap is not missed by a process that lost its connection", async () => {
	const other = await openApp();
	const status = async (headers: Readonly<Record<string, string>>) => {
		const sent = { "content-type": "application/json", accept: "application/json", ...headers };
		const body = JSON.stringify({ query: "{ me { id } }" });
		return (await other.fetch(new Request("http://apprun.test/graphql", { method: "POST", headers: sent, body })))
			.status;
	};
	try {
		for (let round = 0; round < 3; round += 1) {
			const ada = await register();
			expect(await status(ada.byJwt)).toBe(200);
			// Every connection for notifications of this cluster's database, that of the run's own server too.
			await query(
				inject("stack").database,
				"select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'apprun identity watch'",
			);
			await vi.waitFor(async () => expect((await ask("mutation { logout }", {}, ada.byJwt)).data?.logout).toBe(true), {
				timeout: 10_000,
			});
			for (const headers of [ada.byJwt, ada.bySession])
				await vi.waitFor(async () => expect(await status(headers)).toBe(401), { timeout: 10_000, interval: 50 });
			const lost = other.observations.filter(({ kind }) => kind === "upstream.failed");
			expect(lost.length).toBeGreaterThan(round);
		}
	} finally {
		await other.close();
	}
});
