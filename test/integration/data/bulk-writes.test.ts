// Writes of many rows under attack: never more rows than atMost, whatever happens between the count and the write; never a
// row that no longer matches; never another tenant's row, by filter or by upsert.
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Seen } from "../../support/ask-as.ts";
import { query } from "../../support/database.ts";
import { demoTenants } from "../../support/open-app.ts";
import { type OwnApp, startOwnApp, tenantTable } from "../../support/own-app.ts";

let app: OwnApp;
beforeAll(async () => {
	app = await startOwnApp(`
		create schema api;
		grant usage on schema api to apprun_user;
		${tenantTable("api.jobs", "state text not null default 'new', worker text, code text unique")}
		${tenantTable("api.cells", "x int not null, y int not null, note text")}
		alter table api.cells drop constraint cells_pkey, add primary key (x, y), alter id drop not null;
		create view api.open_jobs with (security_invoker = true) as select tenant_id, id, state from api.jobs where state <> 'done';
		grant select, insert, update, delete on api.open_jobs to apprun_user;`);
});
afterAll(() => app?.stop());

const rows = async <Row extends object>(sql: string) => await query<Row>(app.database, sql);

/** Rows of jobs for acme, in place of those before. */
async function jobs(count: number): Promise<void> {
	await app.sql(`truncate api.jobs;
		insert into api.jobs (tenant_id, id) select '${demoTenants.acme}', n from generate_series(1, ${count}) n`);
}

/** Runs `meanwhile` in a transaction that holds a lock on acme's job 1 until the write of `ask` waits for it. */
async function whileWriting(ask: () => Promise<Seen>, meanwhile: string): Promise<Seen> {
	const client = new Client({ connectionString: app.database });
	await client.connect();
	try {
		await client.query("begin; select from api.jobs where id = 1 for update");
		const answer = ask();
		while ((await rows("select from pg_locks where not granted")).length === 0);
		await client.query(`${meanwhile}; commit`);
		return await answer;
	} finally {
		await client.end();
	}
}

test("more rows than atMost: an error, and nothing is written", async () => {
	await jobs(3);
	for (const text of [
		'mutation { updateJobs(where: { state: { eq: "new" } }, patch: { state: "done" }, atMost: 2) { id } }',
		"mutation { deleteJobs(where: {}, atMost: 2) { id } }",
		'mutation { deleteJobs(where: { or: [{ id: { gt: 0 } }, { state: { eq: "x" } }] }) { id } }',
	])
		expect(await app.ask(text)).toMatchObject({ data: null, errors: [{ extensions: { code: "LIMIT_EXCEEDED" } }] });
	expect(await rows("select distinct state from api.jobs")).toEqual([{ state: "new" }]);
	expect(await rows("select from api.jobs")).toHaveLength(3);
});

/** The same write, whose filter is one filter a column, and whose filter is more than that. */
const filters = [
	["plain filters", '{ state: { eq: "new" } }'],
	["a logic tree", '{ or: [{ state: { eq: "new" } }, { state: { eq: "brand new" } }] }'],
] as const;

test.each(filters)("a row that stops matching before it is written stays as it is: %s", async (_name, where) => {
	await jobs(2);
	const answer = await whileWriting(
		() =>
			app.ask(`mutation { updateJobs(where: ${where}, patch: { state: "taken", worker: "me" }, atMost: 5) { id } }`),
		"update api.jobs set state = 'taken', worker = 'somebody else' where id = 1",
	);
	expect(answer).toMatchObject({ errors: [], data: { updateJobs: [{ id: 2 }] } });
	expect(await rows("select id, worker from api.jobs order by id")).toEqual([
		{ id: 1, worker: "somebody else" },
		{ id: 2, worker: "me" },
	]);
});

test.each(filters)("rows that start to match before the write are not written: %s", async (_name, where) => {
	await jobs(1);
	const answer = await whileWriting(
		() => app.ask(`mutation { deleteJobs(where: ${where}) { id } }`),
		`insert into api.jobs (tenant_id, id) select '${demoTenants.acme}', n from generate_series(2, 9) n`,
	);
	expect(answer).toMatchObject({ errors: [], data: { deleteJobs: [{ id: 1 }] } });
	expect(await rows("select from api.jobs")).toHaveLength(8);
});

test.each(filters)("each row is taken once by many who take at the same time: %s", async (_name, where) => {
	await jobs(1);
	const takers = Array.from({ length: 20 }, (_, taker) =>
		app.ask(`mutation { updateJobs(where: ${where}, patch: { state: "taken", worker: "${taker}" }) { id } }`),
	);
	const answers = await Promise.all(takers);
	expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
	expect(answers.flatMap(({ data }) => data.updateJobs)).toEqual([{ id: 1 }]);
});

test("a patch that changes what the filter asks for gives all rows that it wrote", async () => {
	await jobs(3);
	const text =
		'mutation { updateJobs(where: { not: { state: { eq: "done" } } }, patch: { state: "done" }, atMost: 3) { id } }';
	expect((await app.ask(text)).data.updateJobs).toHaveLength(3);
	expect((await app.ask(text)).data.updateJobs).toEqual([]);
});

test("rows whose key has two columns: those and not every combination of their values", async () => {
	await app.sql(`insert into api.cells (tenant_id, x, y) select '${demoTenants.acme}', x, y
		from generate_series(1, 3) x, generate_series(1, 3) y`);
	const where = "{ or: [{ x: { eq: 1 }, y: { eq: 1 } }, { x: { eq: 2 }, y: { eq: 2 } }] }";
	const patched = await app.ask(
		`mutation { updateCells(where: ${where}, patch: { x: 9, note: "moved" }, atMost: 2) { x y note } }`,
	);
	expect(patched).toMatchObject({
		errors: [],
		data: {
			updateCells: [
				{ x: 9, y: 1, note: "moved" },
				{ x: 9, y: 2, note: "moved" },
			],
		},
	});
	await app.sql("update api.cells set note = 'diagonal' where x <> 9 and x <> y");
	await app.sql("update api.cells set note = null where (x, y) in ((1, 3), (2, 1))");
	const plain = await app.ask("mutation { deleteCells(where: { note: { isNull: true } }, atMost: 3) { x y } }");
	expect(plain.errors).toEqual([]);
	expect(plain.data.deleteCells).toEqual(
		expect.arrayContaining([
			{ x: 1, y: 3 },
			{ x: 2, y: 1 },
			{ x: 3, y: 3 },
		]),
	);
	expect(await rows("select from api.cells")).toHaveLength(6);
});

test("a view is written by comparisons of columns, and by nothing that needs versions of rows", async () => {
	await jobs(2);
	const update = (where: string) =>
		app.ask(`mutation { updateOpenJobs(where: ${where}, patch: { state: "begun" }, atMost: 2) { id state } }`);
	const refused = await update('{ or: [{ state: { eq: "new" } }, { state: { eq: "x" } }] }');
	expect(refused).toMatchObject({
		data: null,
		errors: [{ extensions: { code: "BAD_USER_INPUT", argument: "where" } }],
	});
	const written = await update('{ state: { eq: "new" } }');
	expect(written.errors).toEqual([]);
	expect(written.data.updateOpenJobs).toHaveLength(2);
});

test("another tenant's rows are neither counted nor written", async () => {
	await jobs(1);
	await app.sql(`insert into api.jobs (tenant_id, id) select '${demoTenants.globex}', n from generate_series(1, 5) n`);
	const answer = await app.ask("mutation { deleteJobs(where: {}) { id } }");
	expect(answer).toMatchObject({ errors: [], data: { deleteJobs: [{ id: 1 }] } });
	expect(await rows("select distinct tenant_id from api.jobs")).toEqual([{ tenant_id: demoTenants.globex }]);
});

// A constraint without the tenant in it tells that a value is taken (the doctor says so); the row behind it stays hidden.
test("an upsert changes no row of another tenant, by no constraint", async () => {
	await app.sql("truncate api.jobs");
	await app.sql(`insert into api.jobs (tenant_id, id, state, code) values ('${demoTenants.globex}', 1, 'theirs', 'A')`);
	const upsert = (constraint: string, update: string) =>
		app.ask(`mutation { createJobs(
			inputs: [{ id: 1, state: "mine", code: "A" }], onConflict: { constraint: ${constraint}, update: [${update}] }
		) { tenantId id state } }`);
	const merged = await upsert("jobs_code_key", "id, state");
	expect(merged).toMatchObject({ data: null, errors: [{ extensions: { code: "FORBIDDEN" } }] });
	expect(JSON.stringify(merged)).not.toContain("theirs");
	expect(await upsert("jobs_code_key", "")).toMatchObject({ errors: [], data: { createJobs: [] } });
	expect(await upsert("jobs_pkey", "state, code")).toMatchObject({
		data: null,
		errors: [{ extensions: { code: "CONFLICT" } }],
	});
	expect(await rows("select tenant_id, state from api.jobs")).toEqual([
		{ tenant_id: demoTenants.globex, state: "theirs" },
	]);
});

test("a row that names no field beside others that do gets its defaults", async () => {
	await jobs(0);
	const answer = await app.ask(
		'mutation { createJobs(inputs: [{ id: 1, state: "x" }, { id: 2 }]) { id state worker } }',
	);
	expect(answer.data.createJobs).toEqual([
		{ id: 1, state: "x", worker: null },
		{ id: 2, state: "new", worker: null },
	]);
	const failing = await app.ask("mutation { createJobs(inputs: [{ id: 3 }, { id: 1 }]) { id } }");
	expect(failing).toMatchObject({ data: null, errors: [{ extensions: { code: "CONFLICT" } }] });
	expect(await rows("select from api.jobs")).toHaveLength(2);
});
