// Idempotency-Key: a retry gets the first answer, byte for byte; another request under the same key is refused; retries at the
// same time write once; keys of other people and tenants are other keys.
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { type DevelopmentIdentity, mintDevelopmentToken } from "../../../src/identity/development-jwt.ts";
import { query } from "../../support/database.ts";
import { demoTenants, type GraphqlBody, graphqlRequest, type OpenApp, openApp } from "../../support/open-app.ts";

let app: OpenApp;
beforeAll(async () => {
	app = await openApp();
});
beforeEach(() => sql("delete from apprun.kept_answers; delete from api.tags where name like 'idempotent%'"));
afterAll(async () => {
	await sql("delete from apprun.kept_answers; delete from api.tags where name like 'idempotent%'");
	await app.close();
});

const sql = async <Row extends object>(text: string) => await query<Row>(inject("stack").database, text);
const tags = async () => (await sql("select from api.tags where name like 'idempotent%'")).length;

const ada: DevelopmentIdentity = { subject: "ada", tenantId: demoTenants.hooli, roles: ["owner"] };

async function send(
	key: string | null,
	body: GraphqlBody | readonly GraphqlBody[],
	as: DevelopmentIdentity | null = ada,
) {
	const token = as === null ? null : await mintDevelopmentToken(inject("stack").developmentSecret, as, 600);
	const request = graphqlRequest({ query: "" }, token);
	const headers = new Headers(request.headers);
	if (key !== null) headers.set("idempotency-key", key);
	const response = await app.fetch(new Request(request.url, { method: "POST", headers, body: JSON.stringify(body) }));
	const text = await response.text();
	return { status: response.status, text, json: JSON.parse(text) };
}

const create = (name = "idempotent", more = ""): GraphqlBody => ({
	query: `mutation ($name: String!) { createTag(input: { name: $name }) { id name } ${more} }`,
	variables: { name },
});
const byName = (name: string) => create("idempotent", `again: createTag(input: { name: "${name}" }) { id }`);

test("a retry gets the first answer and writes nothing", async () => {
	const first = await send("key-1", create());
	const again = await send("key-1", create());
	expect(first.json.data.createTag.name).toBe("idempotent");
	expect(again).toEqual(first);
	expect(await tags()).toBe(1);
	expect((await send("key-2", create())).json.errors).toMatchObject([{ extensions: { code: "CONFLICT" } }]);
});

test("errors are part of the first answer, with their places", async () => {
	const first = await send("key-1", byName("idempotent"));
	expect(first.json).toMatchObject({ data: null, errors: [{ path: ["again"], extensions: { code: "CONFLICT" } }] });
	await sql("delete from api.tags where name like 'idempotent%'");
	expect(await send("key-1", byName("idempotent"))).toEqual(first);
	expect(await tags()).toBe(0);
});

test.each<[string, GraphqlBody]>([
	["variables", create("idempotent-other")],
	["document", create("idempotent", "__typename")],
])("another request under the same key is CONFLICT: other %s", async (_name, other) => {
	await send("key-1", create());
	expect((await send("key-1", other)).json).toMatchObject({ errors: [{ extensions: { code: "CONFLICT" } }] });
	expect(await tags()).toBe(1);
});

test("a query under the same key is answered: it writes nothing", async () => {
	await send("key-1", create());
	expect((await send("key-1", { query: "{ __typename }" })).json).toEqual({ data: { __typename: "Query" } });
});

test("retries at the same time write once and all get the one answer", async () => {
	const answers = await Promise.all(Array.from({ length: 12 }, () => send("key-1", create())));
	expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
	expect(answers[0]?.json.errors).toBeUndefined();
	expect(await tags()).toBe(1);
});

test("a key of another person, or in another tenant, is another key", async () => {
	const first = await send("key-1", create("idempotent-ada"));
	const bob = await send("key-1", create("idempotent-bob"), { ...ada, subject: "bob" });
	const elsewhere = await send("key-1", create("idempotent-ada"), { ...ada, tenantId: demoTenants.globex });
	expect(bob.json.data.createTag.name).toBe("idempotent-bob");
	expect(elsewhere.json.errors).toBeUndefined();
	expect(elsewhere.json.data.createTag.id).not.toBe(first.json.data.createTag.id);
	const rows = await sql<{ subject: string }>("select subject from apprun.kept_answers order by subject");
	expect(rows.map(({ subject }) => subject)).toEqual(["ada", "ada", "bob"]);
});

test("what was kept is seen by nobody else, by row level security", async () => {
	await send("key-1", create());
	const as = (tenant: string, subject: string) =>
		`begin; set local role apprun_functions;
		set local request.jwt.claims = '{"tenant_id":"${tenant}","sub":"${subject}"}';`;
	const read = async (tenant: string, subject: string) => {
		const { Client } = await import("pg");
		const client = new Client({ connectionString: inject("stack").database });
		await client.connect();
		await client.query(as(tenant, subject));
		const { rowCount } = await client.query("select from apprun.kept_answers");
		await client.end();
		return rowCount;
	};
	expect(await read(demoTenants.hooli, "ada")).toBe(1);
	expect(await read(demoTenants.hooli, "bob")).toBe(0);
	expect(await read(demoTenants.globex, "ada")).toBe(0);
});

test("a request that was refused before it began leaves the key free", async () => {
	const reader = { ...ada, roles: ["reader"] };
	expect((await send("key-1", create(), reader)).json.errors).toMatchObject([{ extensions: { code: "FORBIDDEN" } }]);
	expect((await send("key-1", create())).json.errors).toBeUndefined();
	expect(await tags()).toBe(1);
});

test("what began and was never answered is not run again", async () => {
	const impatient = await openApp({ config: { requestTimeoutMs: 300 } });
	try {
		await sql(`insert into apprun.kept_answers (tenant_id, subject, key, place, fingerprint, expires_at)
			values ('${demoTenants.hooli}', 'ada', 'key-1', 0, repeat('0', 64), now() + interval '1 hour')`);
		await send("key-2", create());
		const [kept] = await sql<{ fingerprint: string }>(
			"select fingerprint from apprun.kept_answers where key = 'key-2'",
		);
		await sql(`update apprun.kept_answers set fingerprint = '${kept?.fingerprint}' where key = 'key-1'`);
		const before = app;
		app = impatient;
		const answer = await send("key-1", create());
		app = before;
		expect(answer.json).toMatchObject({ errors: [{ extensions: { code: "CONFLICT" } }] });
		expect(await tags()).toBe(1);
	} finally {
		await impatient.close();
	}
});

test("an expired answer is gone", async () => {
	await send("key-1", create());
	await sql("update apprun.kept_answers set expires_at = now() - interval '1 second'");
	await sql("delete from api.tags where name like 'idempotent%'");
	expect((await send("key-1", create("idempotent-later"))).json.data.createTag.name).toBe("idempotent-later");
});

test("each operation of a batch has its own place under the key", async () => {
	const batch = [create("idempotent-1"), create("idempotent-2")];
	const first = await send("key-1", batch);
	expect(first.json).toMatchObject([{ data: { createTag: {} } }, { data: { createTag: {} } }]);
	expect(await send("key-1", batch)).toEqual(first);
	expect(await tags()).toBe(2);
});

test.each([
	["a key with a blank in it", "a b", ada, "BAD_REQUEST"],
	["a key that is too long", "k".repeat(256), ada, "BAD_REQUEST"],
	["nobody", "key-1", null, "UNAUTHENTICATED"],
])("refused: %s", async (_name, key, as, code) => {
	expect((await send(key, create(), as)).json).toMatchObject({ errors: [{ extensions: { code } }] });
	expect(await tags()).toBe(0);
});
