// Every type of Postgres, over the values at its edges: what a client writes is what the database holds and what every
// way of reading gives back, to the last digit.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mintDevelopmentToken } from "../../../src/identity/development-jwt.ts";
import { query } from "../../support/database.ts";
import { demoTenants, graphqlRequest } from "../../support/open-app.ts";
import { type OwnApp, startOwnApp, tenantTable } from "../../support/own-app.ts";
import { type BoundaryCase, boundaryCases, boundaryTypes } from "./boundary-cases.ts";

let app: OwnApp;
beforeAll(async () => {
	const columns = boundaryCases.map(({ type }, index) => `c${index} ${type}`);
	app = await startOwnApp(`
		create schema api;
		grant usage on schema api to apprun_user;
		${boundaryTypes}
		${tenantTable("api.samples", columns.join(", "))}
		${tenantTable("api.holders", "sample_id int, foreign key (tenant_id, sample_id) references api.samples (tenant_id, id)")}
		insert into api.holders (tenant_id, id, sample_id)
			select '${demoTenants.acme}', id, null from generate_series(0, 9999) id;`);
});
afterAll(() => app?.stop());

/** The answer as text: a parsed one would have lost digits already. */
async function ask(text: string, variables: string): Promise<string> {
	return await (await app.fetch(await requestOf(text, variables))).text();
}

async function requestOf(text: string, variables: string): Promise<Request> {
	const identity = { subject: "somebody", tenantId: demoTenants.acme, roles: ["owner"] };
	const token = await mintDevelopmentToken(app.developmentSecret, identity, 600);
	const request = graphqlRequest({ query: text }, token);
	const body = `{"query":${JSON.stringify(text)},"variables":${variables}}`;
	return new Request(request, { body });
}

let lastId = 0;

describe.each(boundaryCases.map((each, index) => ({ ...each, column: `c${index}` })))("$type", (each) => {
	test.each(each.values.map(([literal, json]) => ({ literal, json })))("$literal", async ({ literal, json }) => {
		lastId += 1;
		await roundTrip(each, lastId, { literal, json });
	});
});

async function roundTrip(
	{ type, column, selection = "", graphql, filter = true }: BoundaryCase & { readonly column: string },
	id: number,
	{ literal, json }: { readonly literal: string; readonly json: string },
): Promise<void> {
	const field = `value: ${column} ${selection}`;
	const written = await ask(
		`mutation ($value: ${graphql}) { createSample(input: { id: ${id}, ${column}: $value }) { ${field} } }`,
		`{"value":${json}}`,
	);
	expect(written).toBe(`{"data":{"createSample":{"value":${json}}}}`);

	const [held] = await query<{ same: boolean }>(
		app.database,
		`select ${column}::text is not distinct from (${literal})::${type}::text as same from api.samples where id = ${id}`,
	);
	expect(held).toEqual({ same: true });

	const read = await ask(`{ samples(where: { id: { eq: ${id} } }) { ${field} } }`, "{}");
	expect(read).toBe(`{"data":{"samples":[{"value":${json}}]}}`);

	const byGraphql = await ask(`{ __typename __schema { __typename } sample(id: ${id}) { ${field} } }`, "{}");
	expect(byGraphql).toContain(`"sample":{"value":${json}}`);

	await query(app.database, `update api.holders set sample_id = ${id} where id = ${id}`);
	const embedded = await ask(`{ holder(id: ${id}) { sample { ${field} } } }`, "{}");
	// Through jsonb, which has no negative zero and writes a double without an exponent.
	const expected: unknown = JSON.parse(json, (_key, value: unknown) => (value === 0 ? 0 : value));
	expect(JSON.parse(embedded)).toEqual({ data: { holder: { sample: { value: expected } } } });

	if (!filter || json === "null") return;
	const found = await ask(
		`query ($value: ${graphql}) { samples(where: { id: { eq: ${id} }, ${column}: { eq: $value } }) { id } }`,
		`{"value":${json}}`,
	);
	expect(found).toBe(`{"data":{"samples":[{"id":${id}}]}}`);
}
