// PostGraphile beside apprun: the same identity and the same policies of the database, a process of its own, and nothing of
// it where it is not wanted. `apprun compare` asks all three the same.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mintDevelopmentToken } from "../../../src/identity/development-jwt.ts";
import type { RunFile } from "../../../src/stack/run-file.ts";
import { loadSecrets } from "../../../src/stack/secrets.ts";
import { demoTenants } from "../../support/open-app.ts";
import { type ApprunProcess, eventually, runApprun, startProcess, untilReady } from "../../support/start-process.ts";
import { type Throwaway, throwawayStack } from "../../support/test-stack-config.ts";

let throwaway: Throwaway;
let apprun: ApprunProcess;
let run: RunFile;

beforeAll(async () => {
	throwaway = throwawayStack({ APPRUN_KRATOS: "off", APPRUN_POSTGRAPHILE: "on" });
	apprun = startProcess(["start"], throwaway.environment);
	run = await untilReady(apprun, throwaway.config.dataDir);
});

afterAll(async () => {
	apprun.child.kill("SIGTERM");
	const { exitCode } = await apprun.outcome;
	throwaway.remove();
	expect(exitCode).toBe(0);
});

const publicUrl = () => new URL("/compare/graphql", run.graphql).href;

async function tokenOf(tenantId: string, role = "owner"): Promise<string> {
	const { developmentSecret } = loadSecrets(throwaway.config.dataDir);
	return await mintDevelopmentToken(developmentSecret, { subject: "somebody", tenantId, roles: [role] }, 600);
}

async function ask(url: string, token: string | null, query: string) {
	const response = await fetch(url, {
		method: "POST",
		headers: { "content-type": "application/json", ...(token !== null && { authorization: `Bearer ${token}` }) },
		body: JSON.stringify({ query }),
	});
	return { status: response.status, body: await response.text() };
}

const names = "{ allProducts(first: 3, orderBy: [NAME_ASC]) { nodes { name tenantId } } }";

describe("/compare/graphql", () => {
	test("gives a tenant its own rows and nobody else's", async () => {
		for (const tenantId of [demoTenants.acme, demoTenants.globex]) {
			const { status, body } = await ask(publicUrl(), await tokenOf(tenantId), names);
			expect(status).toBe(200);
			const { nodes } = JSON.parse(body).data.allProducts;
			expect(nodes).toHaveLength(3);
			expect(new Set(nodes.map((node: { tenantId: string }) => node.tenantId))).toEqual(new Set([tenantId]));
		}
	});

	test("does not let a tenant name another one", async () => {
		const other = `{ allProducts(condition: { tenantId: "${demoTenants.globex}" }) { nodes { name } totalCount } }`;
		const { body } = await ask(publicUrl(), await tokenOf(demoTenants.acme), other);
		expect(JSON.parse(body).data.allProducts).toEqual({ nodes: [], totalCount: 0 });
		const write = `mutation { createProduct(input: { product: { name: "x", tenantId: "${demoTenants.globex}" } }) { product { name } } }`;
		const answer = JSON.parse((await ask(publicUrl(), await tokenOf(demoTenants.acme), write)).body);
		expect(answer.data?.createProduct ?? null).toBeNull();
		expect(answer.errors).toHaveLength(1);
		expect(JSON.stringify(answer)).not.toMatch(/policy|row-level|relation|select/i);
	});

	test("shows nobody nothing", async () => {
		const { body } = await ask(publicUrl(), null, names);
		expect(body).not.toContain("tenantId");
		expect(JSON.parse(body).data?.allProducts ?? null).toBeNull();
	});

	test("refuses a credential that is none", async () => {
		const { status, body } = await ask(publicUrl(), `${await tokenOf(demoTenants.acme)}x`, names);
		expect([status, JSON.parse(body).errors[0].extensions.code]).toEqual([401, "UNAUTHENTICATED"]);
	});

	test("refuses what a page of another site can send", async () => {
		const headers = { "content-type": "text/plain", authorization: `Bearer ${await tokenOf(demoTenants.acme)}` };
		const response = await fetch(publicUrl(), { method: "POST", headers, body: JSON.stringify({ query: names }) });
		expect(response.status).toBe(400);
	});

	test("has GraphiQL, from this server alone", async () => {
		const page = await fetch(publicUrl(), { headers: { accept: "text/html" } });
		const html = await page.text();
		expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
		const scripts = [...html.matchAll(/<script defer src="([^"]+)"/g)].map(([, src = ""]) => new URL(src, publicUrl()));
		expect(scripts.map(({ pathname }) => pathname)).toEqual([
			"/graphql/graphiql/page.js",
			"/graphql/graphiql/graphiql.js",
		]);
		for (const script of scripts) expect((await fetch(script, { method: "HEAD" })).status).toBe(200);
	});
});

test("the process itself takes only tokens that apprun made", async () => {
	const url = run.postgraphile ?? "";
	expect((await ask(url, null, names)).status).toBe(401);
	expect((await ask(url, await tokenOf(demoTenants.acme), names)).status).toBe(401);
});

test("compare finds the same rows on all three, and counts the statements of one request", async () => {
	const { exitCode, stdout, stderr } = await runApprun(["compare", "--runs", "3"], throwaway.environment);
	expect(stderr).toBe("");
	expect(exitCode).toBe(0);
	expect(stdout).toContain("The three ways give the same rows.");
	for (const question of ["list", "nested", "by id", "filtered aggregate", "deep", "create"])
		expect(stdout.match(new RegExp(`^${question} +(apprun|postgraphile|postgrest) .* \\d+$`, "gm"))).toHaveLength(3);
});

test("compare refuses a tenant that is not there", async () => {
	const { exitCode, stdout, stderr } = await runApprun(["compare", "--tenant", "nobody"], throwaway.environment);
	expect([exitCode, stdout]).toEqual([1, ""]);
	expect(stderr).toContain("There is no tenant nobody.");
});

test("a killed process is an error that says so, and comes back", async () => {
	const token = await tokenOf(demoTenants.acme);
	const pid = run.pids.postgraphile ?? 0;
	process.kill(pid, "SIGKILL");
	const refused = await eventually("an answer without PostGraphile", async () => {
		const answer = await ask(publicUrl(), token, names);
		return answer.status === 503 ? answer : null;
	});
	expect(JSON.parse(refused.body).errors[0].extensions.code).toBe("UPSTREAM_UNAVAILABLE");
	expect((await ask(run.graphql, token, "{ products(limit: 1) { name } }")).status).toBe(200);
	await eventually("PostGraphile again", async () =>
		(await ask(publicUrl(), token, names)).status === 200 ? true : null,
	);
});

test("in production `on` does nothing, and the log says so", async () => {
	const settings = { APPRUN_KRATOS: "off", APPRUN_POSTGRAPHILE: "on" };
	const production = throwawayStack(settings);
	const other = startProcess(["start"], { ...production.environment, NODE_ENV: "production" });
	try {
		const { graphql, postgraphile } = await untilReady(other, production.config.dataDir);
		expect(postgraphile).toBeUndefined();
		expect((await ask(new URL("/compare/graphql", graphql).href, null, names)).status).toBe(404);
		const compared = await runApprun(["compare"], production.environment);
		expect([compared.exitCode, compared.stderr]).toEqual([1, expect.stringContaining("has no PostGraphile")]);
	} finally {
		other.child.kill("SIGTERM");
		const { stderr } = await other.outcome;
		production.remove();
		expect(stderr).toContain("APPRUN_POSTGRAPHILE=on does nothing in production");
	}
});
