// With APPRUN_METRICS, as the shared stack has it, GET /metrics of the running server tells what it has been asked.
import { expect, inject, test } from "vitest";

const { graphql } = inject("stack");

/** The sum of the series of this name whose labels hold this text. Other files ask the same server meanwhile. */
async function sum(name: string, label = ""): Promise<number> {
	const lines = (await (await fetch(new URL("/metrics", graphql))).text()).split("\n");
	const series = lines.filter((line) => line.startsWith(name) && line.includes(label));
	return series.reduce((total, line) => total + Number(line.split(" ").at(-1)), 0);
}

async function ask(query: string): Promise<void> {
	const headers = { "content-type": "application/json" };
	await (await fetch(graphql, { method: "POST", headers, body: JSON.stringify({ query }) })).text();
}

test("a request and its denial are counted", async () => {
	const count = () => sum("apprun_request_duration_seconds_count", 'operation="query"');
	const [requests, errors, denials] = [
		await count(),
		await sum("apprun_request_errors_total", "UNAUTHENTICATED"),
		await sum("apprun_decisions_denied_total"),
	];
	await ask("{ products { name } }");
	expect(await count()).toBeGreaterThan(requests);
	expect(await sum("apprun_request_errors_total", "UNAUTHENTICATED")).toBeGreaterThan(errors);
	expect(await sum("apprun_decisions_denied_total")).toBeGreaterThan(denials);
});

test("the loads of schema and policies are, and the process tells of itself", async () => {
	expect(await sum("apprun_schema_builds_total", 'result="built"')).toBeGreaterThan(0);
	expect(await sum("apprun_policy_loads_total", 'result="loaded"')).toBeGreaterThan(0);
	expect(await sum("process_resident_memory_bytes")).toBeGreaterThan(0);
});
