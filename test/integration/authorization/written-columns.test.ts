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
			('p', 'role:tagger', '${acme().tenantId}', 'data:api/tags/id', 'select', 'allow'),
			('p', 'role:upserter', '${acme().tenantId}', 'data:api/tags', 'insert', 'allow'),
			('p', 'role:upserter', '${acme().tenantId}', 'data:api/tags/*', 'insert', 'allow'),
			('p', 'role:upserter', '${acme().tenantId}', 'data:api/tags', 'update', 'allow'),
			('p', 'role:upserter', '${acme().tenantId}', 'data:api/tags/color', 'update', 'allow'),
			('p', 'role:upserter', '${acme().tenantId}', 'data:api/tags', 'select', 'allow'),
			('p', 'role:upserter', '${acme().tenantId}', 'data:api/tags/*', 'select', 'allow')`,
	);
	await vi.waitFor(async () => expect((await ask({ query: "{ tags(limit: 1) { id } }" })).errors).toEqual([]));
});
afterAll(async () => {
	await query(inject("stack").database, "delete from apprun.casbin_rule where v0 in ('role:tagger', 'role:upserter')");
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
	[
		"a literal list of inputs",
		{ query: 'mutation { createTags(inputs: [{ name: "x" }, { color: null, name: "y" }]) { id } }' },
	],
	[
		"a variable list of inputs",
		{
			query: "mutation ($inputs: [TagInput!]!) { createTags(inputs: $inputs) { id } }",
			variables: { inputs: [{ name: "x" }, { name: "y", color: "#000000" }] },
		},
	],
	[
		"a constraint that tells whether a value exists",
		{
			query:
				'mutation { createTags(inputs: [{ name: "x" }], onConflict: { constraint: tags_tenant_id_name_key, update: [] }) { id } }',
		},
	],
	[
		"a field to update, by variable",
		{
			query:
				'mutation ($update: [TagUpdateColumn!]!) { createTags(inputs: [{ name: "x" }], onConflict: { constraint: tags_pkey, update: $update }) { id } }',
			variables: { update: ["name"] },
		},
	],
	["the patch of a bulk update", { query: `mutation { updateTags(where: {}, patch: { name: "x" }) { id } }` }],
	[
		"the filter of a bulk update",
		{ query: 'mutation { updateTags(where: { not: { name: { eq: "x" } } }, patch: { color: null }) { id } }' },
	],
	[
		"the filter of a bulk update, by variable",
		{
			query: "mutation ($where: TagFilter!) { updateTags(where: $where, patch: { color: null }) { id } }",
			variables: { where: { or: [{ id: { eq: someId } }, { color: { isNull: true } }] } },
		},
	],
	["what a bulk update returns", { query: "mutation { updateTags(where: {}, patch: { color: null }) { name } }" }],
	["a bulk delete", { query: "mutation { deleteTags(where: {}) { id } }" }],
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
		"a bulk update of what it may",
		{ query: `mutation { updateTags(where: { id: { eq: "${someId}" } }, patch: { color: null }) { id } }` },
	],
	[
		"what it may, returning nothing but the type",
		{ query: `mutation { updateTag(id: "${someId}", patch: { color: null }) { __typename } }` },
	],
])("allowed: %s", async (_name, body) => {
	expect(await ask(body)).toMatchObject({ status: 200, errors: [] });
});

// PostgREST overwrites what it inserts, the columns of the constraint too: case, or digits after a point, may differ.
test("an upsert needs the right to update each column that it writes", async () => {
	const upsert = (update: string) => ({
		query: `mutation { createTags(
			inputs: [{ name: "written-columns", color: "#000000" }]
			onConflict: { constraint: tags_tenant_id_name_key, update: [${update}] }
		) { id } }`,
	});
	const { outcome, requests } = await sentDuring(() => askAs(app, acme("upserter"), upsert("color")));
	expect(outcome).toMatchObject({ status: 403, data: null, errors: [{ extensions: { code: "FORBIDDEN" } }] });
	expect(requests).toEqual([]);
	expect(await askAs(app, acme("upserter"), upsert(""))).toMatchObject({ status: 200, errors: [] });
	const url = inject("stack").database;
	await query(url, "delete from api.tags where name = 'written-columns'");
});
