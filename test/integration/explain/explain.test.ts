// `apprun explain` on a real stack whose database was made slow on purpose: what it prints of each kind of operation, what it
// says is slow, and that it runs nothing, whether PostgREST shows plans or not.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seedPolicies } from "../../../src/authorization/seed-policies.ts";
import { explain } from "../../../src/command/explain/explain.ts";
import { type Config, loadConfig } from "../../../src/config/load-config.ts";
import { writeRunFile } from "../../../src/stack/run-file.ts";
import type { Stack } from "../../../src/stack/stack.ts";
import { startStack } from "../../../src/stack/start-stack.ts";
import { query } from "../../support/database.ts";
import { throwawayStack } from "../../support/test-stack-config.ts";

const throwaway = throwawayStack({ APPRUN_KRATOS: "off" });
const folder = mkdtempSync(join(tmpdir(), "apprun-explain-"));
let stack: Stack;
let config: Config;

beforeAll(async () => {
	stack = await startStack(throwaway.config, () => {});
	const { endpoints } = stack;
	await seedPolicies(endpoints.databaseUrl);
	const { dataDir } = throwaway.config;
	const pids = stack.pids();
	writeRunFile({ dataDir, graphql: "http://127.0.0.1:1/graphql", endpoints, pids, functionHosts: [] });
	config = loadConfig({ APPRUN_DATA_DIR: dataDir });
	// No index of reviews starts with the tenant any more, and the policy of tags asks for it at every row.
	await query(
		endpoints.databaseUrl,
		`drop index api.reviews_product_idx;
		drop index api.reviews_customer_idx;
		alter table api.reviews drop constraint reviews_pkey;
		alter policy own_tenant on api.tags using (tenant_id = apprun.tenant_id());
		analyze`,
	);
});

afterAll(async () => {
	await stack?.stop();
	throwaway.remove();
	rmSync(folder, { recursive: true, force: true });
});

async function explained(text: string, options: { role?: string; variables?: object; operation?: string } = {}) {
	const file = join(folder, "query.graphql");
	writeFileSync(file, text);
	const { role = "owner", variables = {}, ...rest } = options;
	const user = "00000000-0000-4000-8000-000000000001";
	return explain(config, file, { role, tenant: "acme", user, variables: JSON.stringify(variables), ...rest });
}

const slowPart = (report: string) => report.slice(report.indexOf("What makes it slow:"));

test("a query: the decisions, the plan, the request and Postgres' plan, under the caller's own policies", async () => {
	const report = await explained(
		"query ($least: Decimal!) { cheap: products(where: { price: { lt: $least } }, limit: 3) { name category { name } } }",
		{
			role: "reader",
			variables: { least: "9.5" },
		},
	);
	expect(report).toContain("reader in acme may run this.");
	expect(report).toMatch(/yes +select +data:api\/products\/price/);
	expect(report).toMatch(/cheap: the plan\n {2}\{\n {4}kind: 'read',\n {4}from: \{ schema: 'api', name: 'products' \}/);
	expect(report).toMatch(
		/GET \/products\n {4}select=name,category:categories!products_category_fkey\(name\)\n {4}and=\(price\.lt\."9\.5"\)/,
	);
	expect(report).toMatch(/cheap: Postgres' plan\n(.*\n)*.*Scan.* on products.*\n(.*\n)*.*tenant_id/);
	expect(report).toContain("Nothing in it is slow by its nature.");
});

test("one that is refused says so, and is explained all the same", async () => {
	const report = await explained("{ customers { email } }", { role: "reader" });
	expect(report).toContain("reader in acme may not run this.");
	expect(report).toMatch(/customers: Postgres' plan\n(.*\n)*.*Scan/);
});

test("connections and aggregates, too", async () => {
	const report = await explained(`{
		page: productsConnection(first: 2) { nodes { name } totalCount }
		sums: reviewsAggregate(groupBy: [rating]) { count }
	}`);
	expect(report).toMatch(/page: the request to PostgREST\n {2}GET \/products/);
	expect(report).toMatch(/sums: the request to PostgREST\n {2}GET \/reviews/);
	expect(report.match(/: Postgres' plan\n(.*\n)*?.*Scan/g)).toHaveLength(2);
});

test("nobody signed in, and a field that is not of the data", async () => {
	const report = await explained("{ me { id } __typename }", { role: "owner" });
	expect(report).toContain("me: answered by apprun itself, without PostgREST.");
	expect(report).not.toContain("the plan");
});

describe("what makes it slow", () => {
	test("a sequential scan under the tenant filter", async () => {
		const report = slowPart(await explained("{ reviews(where: { rating: { eq: 1 } }) { title } }"));
		expect(report).toMatch(
			/reviews: sequential scan under the tenant filter: api\.reviews is read whole \(\d+ pages, all tenants\)/,
		);
		expect(report).toMatch(
			/api\.reviews: No index starts with tenant_id.*\n +create index on api\.reviews \(tenant_id\);/,
		);
	});

	test("a scan for each row of the relation above it", async () => {
		const report = slowPart(await explained("{ products(limit: 5) { reviews(limit: 1) { title } } }"));
		expect(report).toMatch(/api\.reviews is read whole \(\d+ pages\) once for each row beside it/);
		expect(report).toMatch(
			/api\.reviews\.reviews_product_fkey: .*\n +create index on api\.reviews \(tenant_id, product_id\)/,
		);
	});

	test("a policy evaluated per row, with the SQL that mends it", async () => {
		const report = slowPart(await explained("{ tags { name } }"));
		expect(report).toMatch(/policy own_tenant on api\.tags: It calls apprun\.tenant_id for every row/);
		expect(report).toContain("alter policy own_tenant on api.tags using ((tenant_id = (select apprun.tenant_id())))");
	});

	test("an offset over embedded relations, and a long one", async () => {
		const report = slowPart(await explained("{ products(offset: 1000) { orderItems { order { note } } } }"));
		expect(report).toContain(
			"products: offset 1000 over embedded relations (orderItems, order): PostgREST fetches them for the skipped rows too.",
		);
		expect(report).toContain("products: offset 1000: Postgres makes all of these rows and throws them away.");
	});

	test("patterns that no plain index serves", async () => {
		const report = slowPart(
			await explained(
				'{ a: products(where: { name: { like: "%pan" } }) { name } b: products(where: { name: { like: "pan%" } }) { name } }',
			),
		);
		expect(report).toContain("a: a pattern that starts with a wildcard on name: no plain index helps.");
		expect(report).not.toContain("b:");
	});
});

const mutations = `mutation a { createTag(input: { name: "explained" }) { id } }
	mutation b($id: UUID!) { updateTag(id: $id, patch: { name: "explained" }) { name } }
	mutation c($id: UUID!) { deleteTag(id: $id) { name } }
	mutation d { createTags(inputs: [{ name: "explained" }]) { name } }
	mutation e { updateTags(where: { name: { like: "%e%" } }, patch: { color: "#000000" }, atMost: 99) { name } }
	mutation f { deleteTags(where: { name: { neq: "" } }, atMost: 99) { name } }`;

async function explainMutations(): Promise<readonly string[]> {
	const [tag] = await query<{ id: string }>(
		stack.endpoints.databaseUrl,
		"select id from api.tags where tenant_id = '11111111-1111-4111-8111-111111111111' limit 1",
	);
	const variables = { id: tag?.id };
	return [
		await explained(mutations, { operation: "a" }),
		await explained(mutations, { operation: "b", variables }),
		await explained(mutations, { operation: "c", variables }),
		await explained(mutations, { operation: "d" }),
		await explained(mutations, { operation: "e" }),
		await explained(mutations, { operation: "f" }),
	];
}

const tags = () => query(stack.endpoints.databaseUrl, "select * from api.tags order by tenant_id, id");

test("mutations are explained and not run", async () => {
	const before = await tags();
	const [create = "", update = "", remove = "", createMany = "", ...matching] = await explainMutations();
	expect(create).toMatch(/POST \/tags(.*\n)*.*\{"name":"explained"\}(.*\n)*.*Insert on tags/);
	expect(update).toMatch(/PATCH \/tags(.*\n)*.*Update on tags/);
	expect(createMany).toMatch(/POST \/tags(.*\n)*.*Insert on tags/);
	for (const report of matching) expect(report).toMatch(/GET \/tags(.*\n)*.*and then the rows(.*\n)*.*Scan.* on tags/);
	expect(remove).toMatch(/DELETE \/tags(.*\n)*.*Delete on tags/);
	expect(await tags()).toEqual(before);
});

test("where plans are not enabled nothing is run either, and it says how to enable them", async () => {
	await query(
		stack.endpoints.databaseUrl,
		"alter role apprun_authenticator set pgrst.db_plan_enabled = 'false'; notify pgrst, 'reload config'",
	);
	const hint = "PostgREST does not show it: set APPRUN_POSTGREST_PLANS=on";
	while (!(await explained("{ tags { name } }")).includes(hint)) await sleep(50);
	const before = await tags();
	for (const report of await explainMutations()) {
		expect(report).toContain(hint);
		expect(report).toMatch(/: the plan\n/);
	}
	expect(await tags()).toEqual(before);
});

test("without a PostgREST it says that, and shows the rest", async () => {
	config = loadConfig({ APPRUN_DATABASE_URL: stack.endpoints.databaseUrl, APPRUN_DATA_DIR: folder });
	const report = await explained("{ tags { name } }");
	expect(report).toContain("no PostgREST runs here, and APPRUN_POSTGREST_URL names none.");
	expect(report).toContain("GET /tags");
});
