// Every *.graphql file here is one behaviour: its answer stands beside it in .json, and what PostgREST was asked in
// .requests. Each is run twice, completed from its plans and through graphql-js, and must not differ by a byte.
import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Caller, type DemoTenant, type OpenApp, openApp } from "../support/open-app.ts";
import { type SentRequest, sentDuring } from "../support/sent-requests.ts";

const folder = new URL("./", import.meta.url);
const names = readdirSync(folder)
	.filter((file) => file.endsWith(".graphql"))
	.map((file) => file.slice(0, -".graphql".length))
	.sort();

let byPlan: OpenApp;
let byGraphql: OpenApp;

beforeAll(async () => {
	byPlan = await openApp();
	byGraphql = await openApp({ completion: "graphql" });
});

afterAll(async () => {
	await byPlan.close();
	await byGraphql.close();
});

describe.each(names)("%s", (name) => {
	const query = readFileSync(new URL(`${name}.graphql`, folder), "utf8");
	const as = callerOf(query);
	const body = { query, variables: variablesOf(query) };

	test("answers as committed, with the committed requests", async () => {
		const { outcome, requests } = await sentDuring(async () => describeResponse(await byPlan.ask(as, body)));
		await expect(readable(outcome.body)).toMatchFileSnapshot(`${name}.json`);
		await expect(requests.map(printRequest).join("\n")).toMatchFileSnapshot(`${name}.requests`);
	});

	test("answers alike with and without completion from the plan", async () => {
		const planned = await describeResponse(await byPlan.ask(as, body));
		const executed = await describeResponse(await byGraphql.ask(as, body));
		expect(planned).toEqual(executed);
	});
});

/** `# as: acme owner`, or `# as: anonymous`. */
function callerOf(query: string): Caller {
	const [, tenant, role] = /^# as: (\w+)(?: (\w+))?$/m.exec(query) ?? [];
	if (tenant === "anonymous") return null;
	if (tenant === undefined || role === undefined) throw new Error("the query does not say who asks (# as: acme owner)");
	return { tenant: tenant as DemoTenant, role };
}

function variablesOf(query: string): Record<string, unknown> {
	const [, json] = /^# variables: (.*)$/m.exec(query) ?? [];
	return json === undefined ? {} : (JSON.parse(json) as Record<string, unknown>);
}

async function describeResponse(response: Response) {
	const headers = Object.fromEntries(response.headers);
	delete headers["x-request-id"];
	return { status: response.status, headers, body: await response.text() };
}

/** Indented for a reader; text that JSON.parse would change stays as it came. */
function readable(body: string): string {
	const parsed = JSON.parse(body) as unknown;
	return JSON.stringify(parsed) === body ? `${JSON.stringify(parsed, null, "\t")}\n` : `${body}\n`;
}

/** One parameter a line, decoded. */
function printRequest({ method, path, body }: SentRequest): string {
	const [resource, query = ""] = path.split("?");
	const parameters = query.split("&").map((part) => `  ${decodeURIComponent(part)}`);
	return [`${method} ${resource}`, ...parameters, ...(body === null ? [] : [`  ${body}`]), ""].join("\n");
}
