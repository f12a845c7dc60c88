// The custom scalars of the data schema. Values travel as the database writes them, mostly as strings, so that every
// digit is kept; a value that plainly cannot be meant is refused here, with its argument's path, and the rest by Postgres.
import {
	type GraphQLScalarType,
	Kind,
	GraphQLScalarType as Scalar,
	type ValueNode,
	valueFromASTUntyped,
} from "graphql";
import { exactNumber } from "./exact-number.ts";
import { customScalarNames } from "./scalar-types.ts";

interface Format {
	readonly description: string;
	readonly pattern: RegExp | null;
	readonly example: string;
	readonly specifiedBy?: string;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const integer = /^[+-]?\d{1,40}$/;
const decimal = /^([+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,5})?|NaN|[+-]?Infinity)$/i;

const formats: Readonly<Record<string, Format>> = {
	UUID: { description: "A UUID.", pattern: uuid, example: "11111111-1111-4111-8111-111111111111" },
	BigInt: { description: "A whole number of 64 bits, as a string.", pattern: integer, example: "9007199254740993" },
	Decimal: { description: "An exact decimal number, as a string.", pattern: decimal, example: "19.90" },
	Date: { description: "A calendar date, as Postgres writes it.", pattern: null, example: "2026-01-31" },
	LocalTime: { description: "A time of day without a zone.", pattern: null, example: "13:45:00" },
	Time: { description: "A time of day with an offset.", pattern: null, example: "13:45:00+01" },
	LocalDateTime: { description: "A date and time without a zone.", pattern: null, example: "2026-01-31T13:45:00" },
	DateTime: { description: "A moment in time.", pattern: null, example: "2026-01-31T13:45:00+00:00" },
	Interval: { description: "A span of time, as Postgres writes it.", pattern: null, example: "1 day 02:00:00" },
	Bytes: { description: "Bytes in Postgres' hex form.", pattern: /^\\x([0-9a-f]{2})*$/i, example: "\\x00ff" },
	Int4Range: { description: "A range of Int.", pattern: null, example: "[1,10)" },
	Int8Range: { description: "A range of BigInt.", pattern: null, example: "[1,10)" },
	NumRange: { description: "A range of Decimal.", pattern: null, example: "[1.5,2.5)" },
	DateRange: { description: "A range of Date.", pattern: null, example: "[2026-01-01,2026-02-01)" },
	TsRange: { description: "A range of LocalDateTime.", pattern: null, example: '["2026-01-01 00:00:00",)' },
	TstzRange: { description: "A range of DateTime.", pattern: null, example: '["2026-01-01 00:00:00+00",)' },
	Int4Multirange: { description: "Ranges of Int.", pattern: null, example: "{[1,3),[5,7)}" },
	Int8Multirange: { description: "Ranges of BigInt.", pattern: null, example: "{[1,3),[5,7)}" },
	NumMultirange: { description: "Ranges of Decimal.", pattern: null, example: "{[1.5,2.5)}" },
	DateMultirange: { description: "Ranges of Date.", pattern: null, example: "{[2026-01-01,2026-02-01)}" },
	TsMultirange: { description: "Ranges of LocalDateTime.", pattern: null, example: '{["2026-01-01 00:00:00",)}' },
	TstzMultirange: { description: "Ranges of DateTime.", pattern: null, example: '{["2026-01-01 00:00:00+00",)}' },
};

/** Numbers that may stand for the scalar in a document or in JSON, when they are exact. */
const numeric = new Set(["BigInt", "Decimal"]);

function textScalar(name: string, format: Format): GraphQLScalarType {
	const parse = (value: unknown): string => {
		const text = numeric.has(name) ? numberText(value) : value;
		if (typeof text === "string" && (format.pattern === null || format.pattern.test(text))) return text;
		// Not an AppError: graphql-js then adds the argument, its path and its place in the document to the message.
		throw new TypeError(`${name} is written as a string such as "${format.example}".`);
	};
	return new Scalar({
		name,
		description: `${format.description} Example: \`${format.example}\`.`,
		serialize: (value) => value,
		parseValue: parse,
		parseLiteral: (node) =>
			parse(
				node.kind === Kind.STRING || (numeric.has(name) && (node.kind === Kind.INT || node.kind === Kind.FLOAT))
					? node.value
					: undefined,
			),
	});
}

/** The decimal text of a number, where it is what the client wrote: above 2^53 digits may be lost already. */
function numberText(value: unknown): unknown {
	if (JSON.isRawJSON(value)) return value.rawJSON;
	const exact = typeof value === "bigint" || (typeof value === "number" && Math.abs(value) <= Number.MAX_SAFE_INTEGER);
	return exact ? String(value) : value;
}

const json = new Scalar({
	name: "JSON",
	description: "Any JSON value. Numbers keep their digits.",
	serialize: (value) => value,
	parseValue: (value) => value,
	parseLiteral: readJson,
});

function readJson(node: ValueNode, variables?: Readonly<Record<string, unknown>> | null): unknown {
	switch (node.kind) {
		case Kind.INT:
		case Kind.FLOAT:
			return exactNumber(node.value);
		case Kind.LIST:
			return node.values.map((item) => readJson(item, variables));
		case Kind.OBJECT:
			// fromEntries defines properties, so a key named __proto__ stays a key.
			return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, readJson(value, variables)]));
		case Kind.VARIABLE:
		case Kind.STRING:
		case Kind.BOOLEAN:
		case Kind.ENUM:
		case Kind.NULL:
			return valueFromASTUntyped(node, variables);
	}
}

const nonFinite: ReadonlySet<unknown> = new Set(["NaN", "Infinity", "-Infinity"]);

/** JSON, and the Float of the GraphQL specification, have no number for three values of a Postgres double. */
const double = new Scalar({
	name: "Double",
	description: 'A floating-point number; the three that JSON has no number for are "NaN", "Infinity" and "-Infinity".',
	serialize: (value) => value,
	parseValue: readDouble,
	parseLiteral(node) {
		const isNumber = node.kind === Kind.INT || node.kind === Kind.FLOAT;
		return readDouble(isNumber ? Number(node.value) : node.kind === Kind.STRING ? node.value : undefined);
	},
});

function readDouble(given: unknown): unknown {
	const value = JSON.isRawJSON(given) ? Number(given.rawJSON) : given;
	// JSON.stringify would drop the sign.
	if (Object.is(value, -0)) return JSON.rawJSON("-0");
	if (nonFinite.has(value) || (typeof value === "number" && Number.isFinite(value))) return value;
	throw new TypeError('Double is a number, or one of the strings "NaN", "Infinity" and "-Infinity".');
}

const others: Readonly<Record<string, GraphQLScalarType>> = { JSON: json, Double: double };

/** All custom scalars by name. */
export const scalarTypes: ReadonlyMap<string, GraphQLScalarType> = new Map(
	customScalarNames.flatMap((name) => {
		const format = formats[name];
		const scalar = format === undefined ? others[name] : textScalar(name, format);
		if (scalar === undefined) throw new Error(`nobody said how ${name} is written`);
		return [[name, scalar]];
	}),
);
