// GET /metrics: what was observed, counted; by labels that hold nothing of whoever asked.
import { beforeEach, expect, test } from "vitest";
import { createIdentify } from "../../../src/identity/identify.ts";
import { createMetrics, type Metrics } from "../../../src/observe/metrics.ts";
import { acme, bearer, makeServer, operations, secret, type TestServer } from "./start-server.ts";

let metrics: Metrics;
let server: TestServer;

beforeEach(() => {
	metrics = createMetrics({ ofProcess: false });
	const { observe, read } = metrics;
	server = makeServer({ observe, metrics: read, identify: createIdentify({ developmentSecret: secret, observe }) });
});

const ask = (path: string, init?: RequestInit) => server.server.fetch(new Request(`http://apprun${path}`, init));

/** Series and value, without the ones that are zero; of a duration its count alone. */
async function counted(): Promise<Readonly<Record<string, number>>> {
	const lines = (await (await ask("/metrics")).text()).split("\n").filter((line) => /^apprun_/.test(line));
	const series = lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))] as const);
	return Object.fromEntries(series.filter(([name, value]) => value !== 0 && !/_(bucket|sum)\b/.test(name)));
}

test("requests by operation and status, and their errors by code", async () => {
	await server.post({ query: "{ whoami }" }, await bearer());
	await server.post({ query: "query Named { whoami }" });
	await server.post({ query: "mutation { write }" });
	await server.post({ query: '{ a: fail(how: "forbidden") b: fail(how: "forbidden") c: fail(how: "conflict") }' });
	await server.post("{");
	expect(await counted()).toEqual({
		'apprun_request_duration_seconds_count{operation="query",status="200"}': 3,
		'apprun_request_duration_seconds_count{operation="mutation",status="200"}': 1,
		'apprun_request_duration_seconds_count{operation="none",status="400"}': 1,
		'apprun_request_errors_total{code="FORBIDDEN"}': 1,
		'apprun_request_errors_total{code="CONFLICT"}': 1,
		'apprun_request_errors_total{code="BAD_REQUEST"}': 1,
	});
});

test("durations are told in seconds", async () => {
	metrics.observe({
		kind: "request.finished",
		requestId: "r1",
		operation: "Save",
		operationType: "query",
		status: 200,
		elapsedMs: 30,
		errorCodes: [],
	});
	const { text } = await metrics.read();
	expect(text).toContain('apprun_request_duration_seconds_bucket{le="0.025",operation="query",status="200"} 0\n');
	expect(text).toContain('apprun_request_duration_seconds_bucket{le="0.05",operation="query",status="200"} 1\n');
	expect(text).toContain('apprun_request_duration_seconds_sum{operation="query",status="200"} 0.03\n');
});

test("a lane's answer counts as every other", async () => {
	const known = { ...operations, known: operations.parse };
	server = makeServer({ operations: known, observe: metrics.observe, metrics: metrics.read });
	const { url } = await server.server.listen();
	try {
		const headers = { "content-type": "application/json", accept: "application/json" };
		await fetch(url, { method: "POST", headers, body: '{"query":"{ whoami }"}' });
		await expect.poll(counted).toEqual({
			'apprun_request_duration_seconds_count{operation="query",status="200"}': 1,
		});
	} finally {
		await server.server.close();
	}
});

test("a refused credential", async () => {
	await server.post({ query: "{ whoami }" }, { authorization: "Bearer of nothing" });
	expect(await counted()).toEqual({
		'apprun_request_duration_seconds_count{operation="none",status="401"}': 1,
		'apprun_request_errors_total{code="UNAUTHENTICATED"}': 1,
		apprun_credentials_refused_total: 1,
	});
});

test("denials, not the sample of what was allowed, and nothing of whom they were about", async () => {
	const decided = {
		kind: "authorization.decided",
		requestId: "r1",
		tenant: acme,
		subject: "user:somebody",
		roles: ["reader"],
		object: "data:products",
		action: "update",
		reason: "no rule",
		rule: null,
		policyVersion: 1,
		sampledOneIn: 1,
	} as const;
	metrics.observe({ ...decided, allowed: false });
	metrics.observe({ ...decided, allowed: true });
	expect(await counted()).toEqual({ apprun_decisions_denied_total: 1 });
	expect((await metrics.read()).text).not.toMatch(/somebody|reader|products|1111/);
});

test("what happens behind the requests", async () => {
	const cause = new Error("words of an upstream");
	metrics.observe({ kind: "upstream.failed", service: "kratos", cause });
	metrics.observe({ kind: "schema.built", tables: 3, fields: 12, elapsedMs: 5 });
	metrics.observe({ kind: "schema.kept", cause });
	metrics.observe({ kind: "policy.loaded", version: 1, tenants: 2, elapsedMs: 5 });
	metrics.observe({ kind: "policy.load.failed", staleMs: 5, cause });
	metrics.observe({ kind: "functions.hostEnded", pid: 4711 });
	metrics.observe({ kind: "functions.note", message: "for a person" });
	expect(await counted()).toEqual({
		'apprun_upstream_failures_total{service="kratos"}': 1,
		'apprun_schema_builds_total{result="built"}': 1,
		'apprun_schema_builds_total{result="kept"}': 1,
		'apprun_policy_loads_total{result="loaded"}': 1,
		'apprun_policy_loads_total{result="failed"}': 1,
		'apprun_function_hosts_total{event="ended"}': 1,
	});
});

test("text of Prometheus, which no proxy keeps, for a GET alone; reading it is no GraphQL request", async () => {
	const answer = await ask("/metrics");
	expect(answer.status).toBe(200);
	expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
	expect(answer.headers.get("cache-control")).toBe("no-store");
	expect((await ask("/metrics", { method: "POST" })).status).toBe(404);
	expect(await counted()).toEqual({});
});

test("nothing is there where it is not served", async () => {
	server = makeServer({ observe: metrics.observe });
	expect((await ask("/metrics")).status).toBe(404);
});
