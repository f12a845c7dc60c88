// Which calls of a policy run once per row, and how they are wrapped. Expressions are as pg_get_expr prints them.
import { describe, expect, test } from "vitest";
import { wrapCalls } from "../../../src/schema/doctor/wrap-calls.ts";

const look = (text: string) =>
	wrapCalls({
		text,
		table: "products",
		columns: ["tenant_id", "owner", "created_at"],
		varies: (name) => ["current_setting", "to_char", "apprun.tenant_id", "app.tenants", "app.may_see"].includes(name),
	});

describe("a call that is made for every row", () => {
	test.each([
		["a bare call", "(tenant_id = apprun.tenant_id())", "(tenant_id = (select apprun.tenant_id()))"],
		[
			"a parsed setting, with the parsing",
			"(tenant_id = (((current_setting('c'::text, true))::json ->> 'tenant_id'::text))::uuid)",
			"(tenant_id = (select (((current_setting('c'::text, true))::json ->> 'tenant_id'::text)))::uuid)",
		],
		[
			"a call within a call",
			"(owner = COALESCE(current_setting('a'::text), current_setting('b'::text)))",
			"(owner = (select COALESCE(current_setting('a'::text), current_setting('b'::text))))",
		],
		[
			"an array that is compared with ANY",
			"(tenant_id = ANY ((string_to_array(current_setting('t'::text), ','::text))::uuid[]))",
			"(tenant_id = ANY ((select (string_to_array(current_setting('t'::text), ','::text)))::uuid[]))",
		],
		[
			"a sub-select that looks at the row",
			"(EXISTS ( SELECT 1 FROM m WHERE ((m.owner = products.owner) AND (m.tenant_id = apprun.tenant_id()))))",
			"(EXISTS ( SELECT 1 FROM m WHERE ((m.owner = products.owner) AND (m.tenant_id = (select apprun.tenant_id())))))",
		],
		[
			"a condition that has nothing to do with the row",
			"((owner = 'a'::text) OR (apprun.tenant_id() IS NULL))",
			"((owner = 'a'::text) OR (select (apprun.tenant_id() IS NULL)))",
		],
	])("%s is wrapped, and then found no more", (_, text, wrapped) => {
		expect(look(text).wrapped).toBe(wrapped);
		expect(look(wrapped.replaceAll("(select", "( SELECT")).names).toEqual([]);
	});

	test.each([
		["takes a column", "app.may_see(owner)", "app.may_see"],
		["is all that ANY compares with", "(tenant_id = ANY (app.tenants()))", "app.tenants"],
	])("that %s is named and left to a person", (_, text, name) => {
		expect(look(text)).toEqual({ names: [name], wrapped: null });
	});
});

describe("nothing is found", () => {
	test.each([
		["in a sub-select", "(tenant_id = ( SELECT apprun.tenant_id() AS tenant_id))"],
		["in a string", "(owner <> 'it''s (not) apprun.tenant_id()'::text)"],
		["for a pg_catalog function of a column", "(to_char(created_at, 'YYYY'::text) = '2024'::text)"],
		["for an immutable function", "(length(owner) > 3)"],
		["for the size of a type", "((owner)::character varying(10) = 'a'::text)"],
		["for nothing", ""],
	])("%s", (_, text) => {
		expect(look(text)).toEqual({ names: [], wrapped: text });
	});
});
