// What random queries are made from besides the schema: values that occur in the data, and the columns that callers are
// granted. Read as a superuser, who sees the rows of all tenants.
import { type Client, escapeIdentifier } from "pg";
import type { ColumnType } from "../../../src/schema/catalog.ts";
import { enumNames } from "../../../src/schema/enum-names.ts";
import type { ColumnModel, DataModel } from "../../../src/schema/model.ts";
import { columnOf } from "./expected-sql.ts";
import type { GraphqlValue, Value } from "./question.ts";

export interface Facts {
	/** Values of a column, some of the data and some odd ones; a column that is missing may not be read. */
	readonly values: ReadonlyMap<ColumnModel, readonly Value[]>;
}

const samples = 12;

export async function readFacts(client: Client, model: DataModel): Promise<Facts> {
	const values = new Map<ColumnModel, readonly Value[]>();
	for (const { table, fields, ofRoutine } of model.tables.values()) {
		const name = `${escapeIdentifier(table.schema)}.${escapeIdentifier(table.name)}`;
		for (const field of ofRoutine ? [] : fields.values()) {
			if (field.kind !== "column" || !(await isGranted(client, name, field))) continue;
			const column = columnOf("t", field);
			const { rows } = await client.query<{ text: string }>(
				`select text from (select distinct ${column}::text as text from ${name} t) as all_rows
				where text is not null order by md5(text) limit 40`,
			);
			const { type } = field.column;
			const some = rows.filter(({ text }) => isSendable(type, text)).slice(0, samples);
			values.set(field, [...some.map(({ text }) => toValue(type, text)), ...oddValues(type)]);
		}
	}
	return { values };
}

async function isGranted(client: Client, table: string, { column, routine }: ColumnModel): Promise<boolean> {
	if (routine !== null) return true;
	const { rows } = await client.query<{ granted: boolean }>(
		"select has_column_privilege('apprun_user', $1::regclass, $2, 'select') as granted",
		[table, column.name],
	);
	return rows[0]?.granted === true;
}

/** A number inside json that JavaScript would change is no value that a test could send. */
function isSendable(type: ColumnType, text: string): boolean {
	return type.kind !== "scalar" || !type.name.startsWith("json") || !/\d{16}/.test(text);
}

function toValue(type: ColumnType, text: string): Value {
	return { sql: text, graphql: toGraphql(type, text) };
}

function toGraphql(type: ColumnType, text: string): GraphqlValue {
	if (type.kind === "enum") return { enum: enumNames(type.labels)[text] ?? text };
	if (type.kind === "array")
		return readArray(text).map((item) => (item === null ? null : toGraphql(type.element, item)));
	if (type.kind !== "scalar") return text;
	if (["int2", "int4", "float4", "float8"].includes(type.name)) return Number(text);
	if (type.name === "json" || type.name === "jsonb") return fromJson(JSON.parse(text));
	return type.name === "bool" ? text === "true" : text;
}

function fromJson(value: unknown): GraphqlValue {
	if (Array.isArray(value)) return value.map(fromJson);
	if (typeof value !== "object" || value === null) return value as string | number | boolean | null;
	return { fields: Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, fromJson(inner)])) };
}

/** An array of one dimension as Postgres prints it. */
function readArray(text: string): (string | null)[] {
	const items = text.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|([^,]+)/g);
	return [...items].map(([, quoted, plain]) => {
		if (quoted !== undefined) return quoted.replaceAll(/\\(.)/g, "$1");
		return plain === "NULL" ? null : (plain ?? "");
	});
}

const oddTexts = ["", "%", "_", "*", "a,b", '"', "\\\\", "(x)", "null", "ü%", "%a%", "%1", "%_0%", "A*", "\\%"];

function oddValues(type: ColumnType): readonly Value[] {
	if (type.kind !== "scalar") return [];
	const texts = {
		int2: ["0", "-1"],
		int4: ["0", "-1"],
		int8: ["9007199254740993"],
		numeric: ["0", "1e2"],
		text: oddTexts,
	};
	const odd = type.name in texts ? texts[type.name as keyof typeof texts] : [];
	return odd.map((text) => toValue(type, text));
}
