// A migration on the live database: the schema follows at its commit, no request is dropped meanwhile, and a database that
// cannot be served as it has become leaves the schema before it in force.
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Seen } from "../../support/ask-as.ts";
import { type OwnApp, startOwnApp, tenantTable } from "../../support/own-app.ts";

const soon = { timeout: 30_000, interval: 20 };

let app: OwnApp;
beforeAll(async () => {
	app = await startOwnApp(`
		create schema api;
		grant usage on schema api to apprun_user;
		${tenantTable("api.things", "name text")}
		insert into api.things (tenant_id, id, name) values ('11111111-1111-4111-8111-111111111111', 1, 'first');`);
});
afterAll(() => app?.stop());

const built = () => app.observations.filter(({ kind }) => kind === "schema.built").length;
const kept = () => app.observations.filter(({ kind }) => kind === "schema.kept").length;

/** Asks until the schema has what the query names. */
async function askWhenKnown(text: string): Promise<Seen> {
	return await vi.waitFor(async () => {
		const answer = await app.ask(text);
		expect(answer.errors.map(({ extensions }) => extensions.code)).not.toContain("GRAPHQL_VALIDATION_FAILED");
		return answer;
	}, soon);
}

test("a new column, table and relation are there without a restart", async () => {
	await app.sql(`
		alter table api.things add column size int;
		${tenantTable("api.parts", "thing_id int, foreign key (tenant_id, thing_id) references api.things (tenant_id, id)")}`);
	const written = await askWhenKnown(
		`mutation { createPart(input: { id: 7, thingId: 1 }) { id thing { name size } } }`,
	);
	expect(written).toMatchObject({ errors: [], data: { createPart: { id: 7, thing: { name: "first", size: null } } } });
	const read = await app.ask("{ things { name parts { id } } }");
	expect(read).toMatchObject({ errors: [], data: { things: [{ name: "first", parts: [{ id: 7 }] }] } });
});

test("what is new is decided like everything else: rules can name it", async () => {
	await askWhenKnown("{ parts { id } }");
	const rule = `input: { subject: "role:owner", object: "data:api/parts/thing_id", action: "select", effect: DENY }`;
	expect((await app.ask(`mutation { addAccessRule(${rule}) { object } }`)).errors).toEqual([]);
	expect(await app.ask("{ parts { thingId } }")).toMatchObject({ errors: [{ extensions: { code: "FORBIDDEN" } }] });
	expect((await app.ask(`mutation { removeAccessRule(${rule}) { object } }`)).errors).toEqual([]);
});

test("a role that is no superuser is heard, too", async () => {
	await app.sql(`
		create role migrator login password 'migrates';
		grant usage, create on schema api to migrator;
		alter table api.things owner to migrator;`);
	const url = new URL(app.database);
	url.username = "migrator";
	url.password = "migrates";
	const client = new Client({ connectionString: url.href });
	await client.connect();
	await client.query("alter table api.things add column colour text");
	await client.end();
	expect((await askWhenKnown("{ things { colour } }")).errors).toEqual([]);
});

test("what concerns no exposed schema changes nothing", async () => {
	await app.sql("create temp table aside (id int); create table public.elsewhere (id int)");
	await app.sql("alter table api.things add column weight int");
	await askWhenKnown("{ things { weight } }");
	const before = built();
	await app.sql("alter table public.elsewhere add column name text; drop table public.elsewhere");
	await app.sql("alter table api.things add column height int");
	await askWhenKnown("{ things { height } }");
	expect(built()).toBe(before + 1);
});

test("no request is dropped while many migrations run", async () => {
	const texts = [
		"{ things { id name } }",
		"{ parts { id thing { name } } }",
		'mutation { updateThing(id: 1, patch: { name: "again" }) { id name } }',
		"query ($name: String) { things(where: { name: { neq: $name } }) { parts { id } } }",
	];
	const answers: Seen[] = [];
	let migrating = true;
	const asking = texts.map(async (query) => {
		while (migrating)
			answers.push(await app.ask({ query, variables: query.includes("$name") ? { name: "none" } : {} }));
	});
	for (let round = 0; round < 12; round++) {
		await app.sql(`
			alter table api.things add column extra_${round} int default ${round};
			${tenantTable(`api.more_${round}`, "thing_id int, foreign key (tenant_id, thing_id) references api.things")}`);
		if (round % 3 === 2) await askWhenKnown(`{ things { extra${round} more${round} { id } } }`);
	}
	await app.sql(
		"drop table api.more_0, api.more_1; alter table api.things drop column extra_0, alter column size type bigint",
	);
	await vi.waitFor(async () => expect((await app.ask("{ things { extra0 } }")).errors).not.toEqual([]), soon);
	migrating = false;
	await Promise.all(asking);
	expect(answers.length).toBeGreaterThan(20);
	expect(answers.filter(({ errors }) => errors.length > 0)).toEqual([]);
});

test("a migration of many steps in one transaction is read once", async () => {
	const described = (description: string) =>
		vi.waitFor(async () => {
			const answer = await app.ask(`{ __type(name: "Thing") { description } }`);
			expect(answer.data).toEqual({ __type: { description } });
		}, soon);
	// What earlier tests changed last may still be waiting to be read: it is, once this has been.
	await app.sql("comment on table api.things is 'settled'");
	await described("settled");
	const before = built();
	await app.sql(Array.from({ length: 30 }, (_, index) => `comment on table api.things is 'step ${index}'`).join(";"));
	await described("step 29");
	expect(built()).toBe(before + 1);
});

describe("a database that cannot be served as it has become", () => {
	test("leaves the schema before it in force, and says so until it is mended", async () => {
		await app.sql("create table api.open (id int primary key); grant select on api.open to apprun_user");
		await vi.waitFor(async () => expect((await app.health()).status).toBe("degraded"), soon);
		const { services } = await app.health();
		expect(services.find(({ name }) => name === "schema")).toMatchObject({ status: "degraded" });
		expect(JSON.stringify(services)).not.toContain("api.open");
		expect(kept()).toBe(1);
		expect((await app.ask("{ things { id } }")).errors).toEqual([]);
		expect((await app.ask("{ opens { id } }")).errors[0]?.extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");

		await app.sql("alter table api.open enable row level security");
		await askWhenKnown("{ opens { id } }");
		await vi.waitFor(async () => expect((await app.health()).status).toBe("ok"), soon);
	});

	test("a table that loses its row level security is closed to everybody, and the rest goes on", async () => {
		expect((await app.ask("{ parts { id } things { parts { id } } }")).errors).toEqual([]);
		await app.sql("alter table api.parts disable row level security");
		await vi.waitFor(async () => {
			const codes = (await app.ask("{ parts { id } }")).errors.map(({ extensions }) => extensions.code);
			expect(codes).toEqual(["GRAPHQL_VALIDATION_FAILED"]);
		}, soon);
		expect((await app.ask("{ things { parts { id } } }")).errors).toHaveLength(1);
		// Still so after the next change, which is served.
		await app.sql("alter table api.things add column shade text");
		expect((await askWhenKnown("{ things { shade } }")).errors).toEqual([]);
		expect((await app.ask("{ parts { id } }")).errors).toHaveLength(1);
		expect((await app.health()).status).toBe("degraded");

		await app.sql("alter table api.parts enable row level security");
		expect((await askWhenKnown("{ things { parts { id } } }")).errors).toEqual([]);
		await vi.waitFor(async () => expect((await app.health()).status).toBe("ok"), soon);
	});

	test("also when the exposed schema is gone for a while", async () => {
		await app.sql("alter schema api rename to moved");
		await vi.waitFor(async () => expect((await app.health()).status).toBe("degraded"), soon);
		await app.sql("alter schema moved rename to api");
		await vi.waitFor(async () => expect((await app.health()).status).toBe("ok"), soon);
		await vi.waitFor(async () => expect((await app.ask("{ things { id } }")).errors).toEqual([]), soon);
	});
});

test("a change that came while nobody listened is found when the connection is back", async () => {
	await app.sql(
		"select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'apprun listener pgrst'",
	);
	await app.sql("alter table api.things add column missed int");
	expect((await askWhenKnown("{ things { missed } }")).errors).toEqual([]);
});

test("without the event triggers, NOTIFY says it, and so does an answer that shows an old schema", async () => {
	await app.sql("drop event trigger apprun_schema_changed; drop event trigger apprun_schema_dropped");
	await app.sql("alter table api.things add column told int");
	expect((await app.ask("{ things { told } }")).errors).toHaveLength(1);
	await app.sql("notify pgrst, 'reload schema'");
	expect((await askWhenKnown("{ things { told } }")).errors).toEqual([]);

	await app.sql("alter table api.things drop column told");
	expect((await app.ask("{ things { told } }")).errors).toHaveLength(1);
	await vi.waitFor(async () => {
		const [error] = (await app.ask("{ things { told } }")).errors;
		expect(error?.extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
	}, soon);
});
