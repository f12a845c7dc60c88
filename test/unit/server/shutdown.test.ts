// Stopping: what is in flight is answered, nobody new is let in, and nobody can hold the server up for ever.
import { expect, test } from "vitest";
import { makeServer } from "./start-server.ts";

const slow = (url: string, ms: number) =>
	fetch(url, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ query: `{ slow(ms: ${ms}) }` }),
	});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test("a request in flight is answered, then its connection is closed", async () => {
	const { server } = makeServer();
	const { url } = await server.listen();
	const request = slow(url, 300);
	await pause(100);
	const closed = server.close();
	await expect(fetch(url)).rejects.toThrow();
	const answer = await request;
	expect(await answer.json()).toEqual({ data: { slow: "done" } });
	expect(answer.headers.get("connection")).toBe("close");
	await closed;
});

test("who takes longer than allowed is cut off", async () => {
	const { server } = makeServer({ config: { shutdownTimeoutMs: 200 } });
	const { url } = await server.listen();
	const request = slow(url, 5000);
	const outcome = expect(request).rejects.toThrow();
	await pause(100);
	const startedAt = performance.now();
	await server.close();
	expect(performance.now() - startedAt).toBeLessThan(3000);
	await outcome;
});

test("closing twice, or what never listened, is no error", async () => {
	const { server } = makeServer();
	await server.close();
	const other = makeServer().server;
	await other.listen();
	await Promise.all([other.close(), other.close()]);
});
