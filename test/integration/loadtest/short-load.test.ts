// Half a minute of load on the run's stack with the real k6: reads of one tenant and writes of another at once. Judged are
// errors and rows, not time: a machine that runs tests is busy with much else.
import { beforeAll, expect, inject, test } from "vitest";
import type { PlannedRequest, Stream } from "../../../loadtest/plan.ts";
import { type LoadResult, runK6 } from "../../../loadtest/run-k6.ts";
import { operation } from "../../../loadtest/stage/people.ts";
import { loadConfig } from "../../../src/config/load-config.ts";
import { mintDevelopmentToken } from "../../../src/identity/development-jwt.ts";
import { k6Binary } from "../../../src/stack/pinned-binaries.ts";
import { resolveBinary } from "../../../src/stack/resolve-binary.ts";
import { type DemoTenant, demoTenants } from "../../support/open-app.ts";

/** k6 is built the first time. */
const untilBuilt = 15 * 60_000;
let program: string;

beforeAll(async () => {
	const { k6Bin, dataDir } = loadConfig();
	program = await resolveBinary(k6Binary, { explicitPath: k6Bin, dataDir, observe: () => {} });
}, untilBuilt);

async function request(tenant: DemoTenant, query: string, expected: string): Promise<PlannedRequest> {
	const { graphql, developmentSecret } = inject("stack");
	const identity = { subject: "somebody", tenantId: demoTenants[tenant], roles: ["owner"] };
	return operation(graphql, await mintDevelopmentToken(developmentSecret, identity, 3600), { query }, expected);
}

function stream(name: string, planned: PlannedRequest, seconds: number): Stream {
	const arrival = { kind: "steady", rate: 30, seconds } as const;
	return { name, arrival, startAfter: 0, connections: 20, requests: [planned] };
}

function load(streams: readonly Stream[]): Promise<LoadResult> {
	const signal = new AbortController().signal;
	return runK6({ program, plan: { streams, latencyMs: null }, groups: () => [], signal });
}

const list = "{ products(orderBy: [{ name: ASC }], limit: 20) { name price category { name } } }";
const create = 'mutation { createProduct(input: { name: "Load [<id>]", price: "1.50" }) { name price } }';

test("reads and writes under load are answered without an error, and with the right rows", async () => {
	const planned = await request("acme", list, "");
	const { method, url, headers, body } = planned;
	const text = await (await fetch(url, { method, headers, body })).text();
	expect(JSON.parse(text).data.products).toHaveLength(20);
	const reads = { ...planned, expected: { kind: "whole", text } } as const;
	const writes = await request("hooli", create, '"name":"Load ');

	const result = await load([stream("list", reads, 30), stream("create", writes, 30)]);

	expect(result.streams["list"]?.requests).toBeGreaterThan(100);
	expect(result.streams["create"]?.requests).toBeGreaterThan(100);
	expect([result.failed, result.wrong]).toEqual([0, 0]);
	expect(result.broken.filter((threshold) => !threshold.startsWith("dropped_iterations"))).toEqual([]);
}, 120_000);

test("a target that answers other rows is seen, although its status is 200", async () => {
	const result = await load([stream("list", await request("acme", list, "Not one of our products"), 2)]);
	expect(result.requests).toBeGreaterThan(10);
	expect([result.failed, result.wrong]).toEqual([0, result.requests]);
	expect(result.broken).toContain("checks: rate>0.999");
	expect(result.errorRate).toBeGreaterThan(0.9);
});

test("a target that is not there fails every request", async () => {
	const nowhere = { ...(await request("acme", list, "")), url: "http://127.0.0.1:9/graphql" };
	const result = await load([stream("list", nowhere, 2)]);
	expect(result.failed).toBe(result.requests);
	expect(result.broken).toContain("http_req_failed: rate<0.001");
});

test("a k6 that cannot run is an error with its last words", async () => {
	const planned = await request("acme", list, "");
	const signal = new AbortController().signal;
	const plan = { streams: [stream("list", planned, 1)], latencyMs: null };
	await expect(runK6({ program: "/nowhere/k6", plan, groups: () => [], signal })).rejects.toThrow(
		/k6 could not run the load test\. Its last words:\n.*ENOENT/,
	);
});
