// Identifiers that Postgres takes and GraphQL does not, and those that mean something to PostgREST's URLs or to JavaScript:
// every one has a legal name of its own, the same every time, and everything works through it.
import { assertValidSchema, isInputObjectType, isInterfaceType, isObjectType } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadConfig } from "../../../src/config/load-config.ts";
import { type LoadedSchema, loadSchema } from "../../../src/schema/load-schema.ts";
import { tableKey } from "../../../src/schema/model.ts";
import { type OwnApp, startOwnApp } from "../../support/own-app.ts";

/** Names as Postgres has them. */
const identifiers = [
	...[
		"select",
		"order",
		"limit",
		"offset",
		"and",
		"or",
		"not",
		"where",
		"columns",
		"on_conflict",
		"is",
		"in",
		"user",
		"table",
	],
	...[
		"__proto__",
		"constructor",
		"toString",
		"__typename",
		"Query",
		"Mutation",
		"Subscription",
		"String",
		"PageInfo",
		"JSON",
	],
	...[
		"camelCase",
		"camel_case",
		"CamelCase",
		"CAMEL_CASE",
		"ID",
		"Id",
		"i d",
		"URLPath",
		"2fast",
		"_",
		"__",
		"!!!",
		"?",
		"-",
	],
	...[
		'with "quotes"',
		"back\\slash",
		"com,ma",
		"do.t",
		"par(en)s",
		"co:lon",
		"arrow->>x",
		"b!ang",
		"per%cent",
		"a&b=c",
		"sla/sh",
		"semi;colon",
	],
	...["ünïcödé", "straße", "Имя", "名前", "🙂", "a🙂b", "na\u0301me", "tab\tnew\nline", "'; drop table x; --"],
	...[
		"x".repeat(63),
		`${"x".repeat(62)}y`,
		"é".repeat(31),
		"things",
		"thing",
		"Things",
		"thing_filter",
		"things_connection",
	],
] as const;

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** A table with every identifier as a column, but for the shorter ones' sake only a few; its key and foreign key, too. */
function hostileTable(name: string): string {
	const table = `api.${quote(name)}`;
	return `
		create table ${table} (
			tenant_id uuid not null default apprun.tenant_id(), ${quote(name)} int not null, "the parent" int, note text,
			primary key (tenant_id, ${quote(name)}),
			constraint ${quote(`${name.slice(0, 15)}_parent!,."(`)} foreign key (tenant_id, "the parent")
				references api.hub (tenant_id, "Key of hub"));
		alter table ${table} enable row level security;
		create policy own_tenant on ${table} for all to apprun_user
			using (tenant_id = (select apprun.tenant_id())) with check (tenant_id = (select apprun.tenant_id()));
		grant select, insert, update, delete on ${table} to apprun_user;`;
}

const prepare = (names: readonly string[]) => `
	create schema api;
	grant usage on schema api to apprun_user;
	create table api.hub (
		tenant_id uuid not null default apprun.tenant_id(), "Key of hub" int not null,
		${identifiers.map((name) => `${quote(name)} text`).join(", ")},
		primary key (tenant_id, "Key of hub"));
	alter table api.hub enable row level security;
	create policy own_tenant on api.hub for all to apprun_user
		using (tenant_id = (select apprun.tenant_id())) with check (tenant_id = (select apprun.tenant_id()));
	grant select, insert, update, delete on api.hub to apprun_user;
	${names.map(hostileTable).join("\n")}`;

let app: OwnApp;
let loaded: LoadedSchema;
beforeAll(async () => {
	app = await startOwnApp(prepare(identifiers));
	loaded = await loadSchema(app.database, loadConfig({}));
});
afterAll(() => app?.stop());

const tableOf = (name: string) => {
	const table = loaded.model.tables.get(tableKey({ schema: "api", name }));
	if (table === undefined) throw new Error(`no table ${name}`);
	return table;
};

test("every name is legal, and there is one for each identifier", () => {
	assertValidSchema(loaded.schema);
	const types = Object.values(loaded.schema.getTypeMap()).filter(({ name }) => !name.startsWith("__"));
	const fields = types.flatMap((type) =>
		isObjectType(type) || isInputObjectType(type) || isInterfaceType(type) ? Object.keys(type.getFields()) : [],
	);
	for (const name of [...types.map(({ name }) => name), ...fields])
		expect(name).toMatch(/^(?!__)[_A-Za-z][_0-9A-Za-z]*$/);
	expect(new Set(identifiers.map((name) => tableOf(name).typeName)).size).toBe(identifiers.length);
	const columns = [...tableOf("hub").fields.values()].flatMap((field) =>
		field.kind === "column" ? field.column.name : [],
	);
	expect(columns).toEqual(expect.arrayContaining([...identifiers]));
});

test("the names, which no release may change", () => {
	const columnNames = new Map(
		[...tableOf("hub").fields].flatMap(([name, field]) => (field.kind === "column" ? [[field.column.name, name]] : [])),
	);
	const names = identifiers.map(
		(name) => `${name} → ${tableOf(name).typeName}, ${tableOf(name).listField}, ${columnNames.get(name)}`,
	);
	expect(names).toMatchSnapshot();
});

test("the same database gives the same names, in whatever order it was made", async () => {
	const before = tableOf("things").typeName;
	const again = await loadSchema(app.database, loadConfig({}));
	expect(again.model.collisions).toEqual(loaded.model.collisions);
	await app.sql(`drop table api.things; ${hostileTable("things")}`);
	loaded = await loadSchema(app.database, loadConfig({}));
	expect(tableOf("things").typeName).toBe(before);
	expect(loaded.model.collisions).toEqual(again.model.collisions);
});

describe("everything works through the names", () => {
	test("columns: written, read, filtered by and ordered by", async () => {
		const columns = [...tableOf("hub").fields.values()]
			.filter((field) => field.kind === "column")
			.filter(({ tenant, column }) => !tenant && column.name !== "Key of hub");
		const input = columns.map(({ name, column }) => `${name}: ${JSON.stringify(`of ${column.name}`)}`).join(", ");
		const written = await app.ask(`mutation { createHub(input: { keyOfHub: 1, ${input} }) { keyOfHub } }`);
		expect(written.errors).toEqual([]);
		const read = await app.ask(`{ hub(keyOfHub: 1) { ${columns.map(({ name }) => name).join(" ")} } }`);
		expect(read.errors).toEqual([]);
		for (const { name, column } of columns) expect(read.data.hub[name]).toBe(`of ${column.name}`);
		for (const { name, column } of columns) {
			const query = `query ($value: String) { hubs(where: { ${name}: { eq: $value } }, orderBy: [{ ${name}: DESC }]) { ${name} } }`;
			const found = await app.ask({ query, variables: { value: `of ${column.name}` } });
			expect(found).toMatchObject({ errors: [], data: { hubs: [{ [name]: `of ${column.name}` }] } });
		}
	});

	test.each(identifiers.map((name) => ({ name })))(
		"table $name: written, read by key, followed both ways, changed, deleted",
		async ({ name }) => {
			const table = tableOf(name);
			// Names of 57 bytes and more have no relations: see src/schema/relations.ts.
			const related = Buffer.byteLength(name) <= 56;
			const [key] = table.keys;
			const [id] = key?.columns ?? [];
			if (key === undefined || id === undefined) throw new Error("no key");
			const parent = [...table.fields.values()].find((field) => field.kind === "relation");
			const back = [...tableOf("hub").fields.values()].find(
				(field) => field.kind === "relation" && field.target.name === name,
			);
			const hub = related ? `${parent?.name} { keyOfHub }` : "";
			const steps = [
				`mutation { x: ${table.createField}(input: { ${id.name}: 7, theParent: 1, note: "n" }) { ${id.name} ${hub} } }`,
				`{ x: ${key.queryField}(${id.name}: 7) { ${id.name} note ${hub} } }`,
				`{ x: hub(keyOfHub: 1) { ${back?.name}(where: { ${id.name}: { eq: 7 } }, orderBy: [{ ${id.name}: ASC }]) { note } } }`,
				`mutation { x: ${key.updateField}(${id.name}: 7, patch: { ${id.name}: 8, note: null }) { ${id.name} note } }`,
				`mutation { x: ${key.deleteField}(${id.name}: 8) { ${id.name} } }`,
			];
			const answers = [];
			for (const step of steps) answers.push(await app.ask(step));
			// What went wrong says more than what is told of it.
			const causes = app.observations.flatMap((each) => (each.kind === "request.error" ? String(each.cause) : []));
			expect(causes).toEqual([]);
			expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
			expect(answers.map(({ data }) => data.x)).toEqual([
				{ [id.name]: 7, ...(related && { [parent?.name ?? ""]: { keyOfHub: 1 } }) },
				{ [id.name]: 7, note: "n", ...(related && { [parent?.name ?? ""]: { keyOfHub: 1 } }) },
				{ [back?.name ?? ""]: [{ note: "n" }] },
				{ [id.name]: 8, note: null },
				{ [id.name]: 8 },
			]);
		},
	);
});
