// What a round trip does not show: parts of a composite under other names, JSON that stands in the document, arrays that
// have other dimensions than their column, and the right to the column that a composite is in.
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoTenants } from "../../support/open-app.ts";
import { type OwnApp, startOwnApp, tenantTable } from "../../support/own-app.ts";

let app: OwnApp;
beforeAll(async () => {
	app = await startOwnApp(`
		create schema api;
		grant usage on schema api to apprun_user;
		create type api.money_amount as (amount numeric, currency text);
		comment on type api.money_amount is 'What something costs.';
		create type api.place as (name text, fee api.money_amount);
		${tenantTable("api.trips", "start api.place, stops api.place[], total api.money_amount, grid int[], notes jsonb")}
		insert into api.trips (tenant_id, id, start, stops, total, grid) values
			('${demoTenants.acme}', 1, ('Bern', (1.50, 'CHF')), array[('Chur', null)]::api.place[], (10.10, 'CHF'), '{1,2}'),
			('${demoTenants.acme}', 2, null, '{}', null, '{{1,2},{3,4}}');`);
});
afterAll(() => app?.stop());

test("parts of a composite, under other names, through fragments, with type names", async () => {
	const answer = await app.ask(`
		{ trip(id: 1) { from: start { ...Where title: name } from: start { __typename } stops { title: name fee { amount } } } }
		fragment Where on Place { fee { __typename amount money: currency @skip(if: false) gone: currency @skip(if: true) } }`);
	expect(answer).toMatchObject({ errors: [] });
	expect(answer.data.trip).toEqual({
		from: { fee: { __typename: "MoneyAmount", amount: "1.50", money: "CHF" }, title: "Bern", __typename: "Place" },
		stops: [{ title: "Chur", fee: null }],
	});
});

test("a composite has an input type, and its comment is a description", async () => {
	const written = await app.ask(`mutation {
		createTrip(input: { id: 3, start: { name: "Sion", fee: { amount: "0.10" } }, total: null }) { start { name fee { amount currency } } total { amount } }
	}`);
	expect(written.data).toEqual({
		createTrip: { start: { name: "Sion", fee: { amount: "0.10", currency: null } }, total: null },
	});
	const type = await app.ask(`{ __type(name: "MoneyAmount") { description fields { name } } }`);
	expect(type.data.__type).toMatchObject({ description: "What something costs." });
	const wrong = await app.ask(`mutation { createTrip(input: { id: 4, total: { amont: "1" } }) { id } }`);
	expect(wrong.errors[0]?.extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
});

test("a composite can be looked for by null only", async () => {
	expect((await app.ask("{ trips(where: { total: { isNull: true }, id: { lt: 3 } }) { id } }")).data.trips).toEqual([
		{ id: 2 },
	]);
});

test("what a composite holds is decided by the right to its column", async () => {
	const rule = `input: { subject: "role:owner", object: "data:api/trips/start", action: "select", effect: DENY }`;
	expect((await app.ask(`mutation { addAccessRule(${rule}) { object } }`)).errors).toEqual([]);
	expect((await app.ask("{ trips { id start { fee { amount } } } }")).errors[0]?.extensions.code).toBe("FORBIDDEN");
	expect((await app.ask("{ trips { id total { amount } } }")).errors).toEqual([]);
	expect((await app.ask(`mutation { removeAccessRule(${rule}) { object } }`)).errors).toEqual([]);
});

test("JSON that stands in the document keeps every digit", async () => {
	const notes = '{"n":1.50,"big":12345678901234567890,"list":[-0.10]}';
	const written = await app.ask(
		`mutation { updateTrip(id: 1, patch: { notes: { n: 1.50, big: 12345678901234567890, list: [-0.10] } }) { id } }`,
	);
	expect(written.errors).toEqual([]);
	await app.sql(`do $$ begin assert (select notes = '${notes}' from api.trips where id = 1); end $$`);
	await app.sql(`do $$ begin assert (select notes ->> 'n' = '1.50' from api.trips where id = 1); end $$`);
});

test("an array that has other dimensions than its column is an error that says so, not a wrong type", async () => {
	expect((await app.ask("{ trip(id: 1) { grid } }")).data.trip.grid).toEqual([1, 2]);
	const answer = await app.ask("{ trips(where: { id: { lt: 3 } }) { grid } }");
	expect(answer.data).toBeNull();
	expect(answer.errors).toMatchObject([{ path: ["trips"], extensions: { hint: expect.stringContaining("int[][]") } }]);
});
