// The columns of an input and of a patch are decided one by one, as literal and as variable, for insert and update apart.
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import { acme, askAs } from "../../support/ask-as.ts";
import { query } from "../../support/database.ts";
import { type GraphqlBody, type OpenApp, openApp } from "../../support/open-app.ts";
import { sentDuring } from "../../support/sent-requests.ts";

let app: OpenApp;
beforeAll(async () => {
	app = await openApp();
	// Who may insert tags without a color, and change nothing but the color.
	await query(
		inject("stack").database,
		`insert into apprun.casbin_rule (ptype, v0, v1, v2, v3, v4) values
			('p', 'role:tagger', '${acme().tenantId}', 'data:api/tags', 'insert', 'allow'),
			('p', 'role:tagger', '${acme().tenantId}', 'data:api/tags/name', 'insert', 'allow'),
			('p', 'role:tagger', '${acme().tenantId}', 'data:api/tags', 'update', 'allow'),
			('p', 'role:tagger', '${acme().tenantId}', 'data:api/tags/color', 'update', 'allow'),
			('p', 'role:tagger', '${acme().tenantId}', 'data:api/tags', 'select', 'allow'),
			('p', 'role:tagger', '${acme().tenantId}', 'data:api/tags/id', 'select', 'allow')`,
	);
	await vi.waitFor(async () => expect((await ask({ query: "{ tags(limit: 1) { id } }" })).errors).toEqual([]));
});
afterAll(async () => {
	await query(inject("stack").database, "delete from apprun.casbin_rule where v0 = 'role:tagger'");
	await app.close();
});

const ask = (body: GraphqlBody) => askAs(app, acme("tagger"), body);
const someId = "11111111-0000-4000-8000-000000000000";

test.each<[string, GraphqlBody]>([
	["a literal input", { query: 'mutation { createTag(input: { name: "x", color: "#000000" }) { id } }' }],
	["a null in an input", { query: 'mutation { createTag(input: { name: "x", color: null }) { id } }' }],
	[
		"a variable input",
		{
			query: "mutation ($input: TagInput!) { createTag(input: $input) { id } }",
			variables: { input: { name: "x", color: "#000000" } },
		},
	],
	[
		"a variable in an input",
		{
			query: 'mutation ($color: String) { createTag(input: { name: "x", color: $color }) { id } }',
			variables: { color: "#000000" },
		},
	],
	[
		"a variable's default in an input",
		{ query: 'mutation ($color: String = "#000000") { createTag(input: { name: "x", color: $color }) { id } }' },
	],
	["a literal patch", { query: `mutation { updateTag(id: "${someId}", patch: { name: "x" }) { id } }` }],
	[
		"a variable patch",
		{
			query: `mutation ($patch: TagPatch!) { updateTag(id: "${someId}", patch: $patch) { id } }`,
			variables: { patch: { color: "#000000", name: "x" } },
		},
	],
	["a returned column", { query: `mutation { updateTag(id: "${someId}", patch: { color: null }) { name } }` }],
	["a delete", { query: `mutation { deleteTag(id: "${someId}") { id } }` }],
	["the key of another unique constraint", { query: '{ tagByName(name: "x") { id } }' }],
])("refused: %s", async (_name, body) => {
	const { outcome, requests } = await sentDuring(() => ask(body));
	expect(outcome).toMatchObject({ status: 403, data: null, errors: [{ extensions: { code: "FORBIDDEN" } }] });
	expect(requests).toEqual([]);
});

test.each<[string, GraphqlBody]>([
	[
		"a variable that is not given",
		{ query: `mutation ($name: String) { updateTag(id: "${someId}", patch: { color: null, name: $name }) { id } }` },
	],
	["what it may", { query: `mutation { updateTag(id: "${someId}", patch: { color: "#ffffff" }) { id } }` }],
	[
		"what it may, returning nothing but the type",
		{ query: `mutation { updateTag(id: "${someId}", patch: { color: null }) { __typename } }` },
	],
])("allowed: %s", async (_name, body) => {
	expect(await ask(body)).toMatchObject({ status: 200, errors: [] });
});
