// Every way in which the database refuses a write: a code of the catalogue, the constraint and its fields under their GraphQL
// names, and a hint; the database's own words are in the log alone.
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SeenError } from "../../support/ask-as.ts";
import { query } from "../../support/database.ts";
import { type OwnApp, startOwnApp, tenantTable } from "../../support/own-app.ts";

const acme = "11111111-1111-4111-8111-111111111111";
let app: OwnApp;
beforeAll(async () => {
	app = await startOwnApp(
		`
		create schema api;
		grant usage on schema api to apprun_user;
		${tenantTable("api.rooms", "display_name text not null, seats int, constraint seats_are_some check (seats > 0)")}
		alter table api.rooms add unique (tenant_id, display_name);
		create policy no_halls on api.rooms as restrictive for all to apprun_user using (true) with check (seats is distinct from 999);
		${tenantTable("api.bookings", "room_id int not null, during int4range, exclude using gist (during with &&)")}
		alter table api.bookings add foreign key (tenant_id, room_id) references api.rooms (tenant_id, id);
		create function api.no_attic() returns trigger language plpgsql as
			$$ begin if new.display_name = 'attic' then raise exception 'secret words about the attic'; end if; return new; end $$;
		create trigger no_attic before insert on api.rooms for each row execute function api.no_attic();
		create function api.sleep() returns void language sql as 'select pg_sleep(60)';
		create function api.swap() returns void language sql as $$
			update api.rooms set seats = 1 where id = 1;
			update api.rooms set seats = 2 where id = 2; $$;
		create sequence api.attempts;
		grant usage on sequence api.attempts to apprun_user;
		create function api.at_second_try() returns int language plpgsql as
			$$ begin if nextval('api.attempts') < 2 then raise sqlstate '40001'; end if; return 2; end $$;
		create function api.never() returns int language plpgsql as $$ begin raise sqlstate '40001'; end $$;
		grant execute on all functions in schema api to apprun_user;
		insert into api.rooms (tenant_id, id, display_name, seats) values ('${acme}', 1, 'one', 1), ('${acme}', 2, 'two', 2);
		insert into api.bookings (tenant_id, id, room_id, during) values ('${acme}', 1, 1, '[1,5)');`,
		{ APPRUN_STATEMENT_TIMEOUT_MS: "4000", APPRUN_REQUEST_TIMEOUT_MS: "6000" },
	);
});
afterAll(() => app?.stop());

async function errorOf(text: string): Promise<SeenError> {
	const { errors } = await app.ask(text);
	if (errors[0] === undefined) throw new Error(`no error: ${text}`);
	// Nothing of the database's words, of the tenant, or of SQL.
	const shown = JSON.stringify(errors);
	for (const word of ["secret", acme, "relation", "violates", "display_name", "api."])
		expect(shown.replace(/rooms_\w+|bookings_\w+/g, "")).not.toContain(word);
	return errors[0];
}

const room = (input: string) => `mutation { createRoom(input: { ${input} }) { id } }`;
const booking = (input: string) => `mutation { createBooking(input: { ${input} }) { id } }`;

test.each<[string, string, Record<string, unknown>]>([
	[
		"unique",
		room('id: 9, displayName: "one"'),
		{ code: "CONFLICT", constraint: "rooms_tenant_id_display_name_key", type: "Room", fields: ["displayName"] },
	],
	[
		"the primary key",
		room('id: 1, displayName: "x"'),
		{ code: "CONFLICT", constraint: "rooms_pkey", type: "Room", fields: ["id"] },
	],
	[
		"a reference to nothing",
		booking("id: 9, roomId: 77"),
		{
			code: "CONSTRAINT_VIOLATION",
			constraint: "bookings_tenant_id_room_id_fkey",
			type: "Booking",
			fields: ["roomId"],
		},
	],
	[
		"a row that is referred to",
		"mutation { deleteRoom(id: 1) { id } }",
		{
			code: "CONSTRAINT_VIOLATION",
			constraint: "bookings_tenant_id_room_id_fkey",
			type: "Booking",
			fields: ["roomId"],
		},
	],
	[
		"check",
		room('id: 9, displayName: "x", seats: 0'),
		{ code: "CONSTRAINT_VIOLATION", constraint: "seats_are_some", type: "Room", fields: ["seats"] },
	],
	[
		"not null",
		"mutation { updateRoom(id: 1, patch: { displayName: null }) { id } }",
		{ code: "CONSTRAINT_VIOLATION", type: "Room", fields: ["displayName"] },
	],
	[
		"exclusion",
		booking('id: 9, roomId: 1, during: "[4,8)"'),
		{ code: "CONSTRAINT_VIOLATION", constraint: "bookings_during_excl", type: "Booking", fields: ["during"] },
	],
	["WITH CHECK of a policy", room('id: 9, displayName: "x", seats: 999'), { code: "FORBIDDEN" }],
	["raise exception", room('id: 9, displayName: "attic"'), { code: "CONSTRAINT_VIOLATION" }],
	["too many rows", "mutation { deleteRooms(where: {}) { id } }", { code: "LIMIT_EXCEEDED", argument: "atMost" }],
	["a statement that takes too long", "mutation { sleep }", { code: "TIMEOUT" }],
	["a transaction that never succeeds", "mutation { never }", { code: "TIMEOUT" }],
])("%s", async (_name, text, extensions) => {
	const error = await errorOf(text);
	expect(error.extensions).toMatchObject(extensions);
	expect(error.extensions["hint"]).toMatch(/\w{3}/);
	expect(error).toMatchSnapshot();
});

test("two writes that wait for each other: one of them is CONFLICT", async () => {
	const client = new Client({ connectionString: app.database });
	await client.connect();
	try {
		await client.query("begin; update api.rooms set seats = 2 where id = 2");
		const answer = app.ask("mutation { swap }");
		const waiting = "select from pg_locks where not granted";
		while ((await query(app.database, waiting)).length === 0);
		await client.query("update api.rooms set seats = 1 where id = 1");
		expect(await answer).toMatchObject({ errors: [{ extensions: { code: "CONFLICT", hint: "Try again." } }] });
	} finally {
		await client.end();
	}
});

test("a transaction that cannot be put in order is repeated by PostgREST", async () => {
	expect(await app.ask("mutation { atSecondTry }")).toMatchObject({ errors: [], data: { atSecondTry: 2 } });
});

test("what the database said is in the log", async () => {
	await app.ask(room('id: 9, displayName: "attic"'));
	const logged = app.observations.filter(({ kind }) => kind === "request.error").at(-1);
	expect(String((logged as { cause?: unknown } | undefined)?.cause)).toContain("secret words about the attic");
});
