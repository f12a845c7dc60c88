// The custom scalars of the data schema. Values travel as the database writes them, mostly as strings, so that every
// digit is kept; a value that plainly cannot be meant is refused here, with its argument's path, and the rest by Postgres.
import {
	type GraphQLScalarType,
	Kind,
	GraphQLScalarType as Scalar,
	type ValueNode,
	valueFromASTUntyped,
} from "graphql";
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
};

/** Numbers that may stand for the scalar in a document or in JSON, when they are exact. */
const numeric = new Set(["BigInt", "Decimal"]);

function textScalar(name: string, format: Format): GraphQLScalarType {
	const parse = (value: unknown): string => {
		const text = numeric.has(name) && isExactNumber(value) ? String(value) : value;
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

/** A number whose decimal text is what the client wrote: above 2^53 the digits are already lost. */
function isExactNumber(value: unknown): boolean {
	return typeof value === "bigint" || (typeof value === "number" && Math.abs(value) <= Number.MAX_SAFE_INTEGER);
}

const json = new Scalar({
	name: "JSON",
	description: "Any JSON value. Numbers keep their digits in answers.",
	serialize: (value) => value,
	parseValue: (value) => value,
	parseLiteral: (node: ValueNode, variables) => valueFromASTUntyped(node, variables),
});

/** All custom scalars by name. */
export const scalarTypes: ReadonlyMap<string, GraphQLScalarType> = new Map(
	customScalarNames.map((name) => {
		const format = formats[name];
		return [name, format === undefined ? json : textScalar(name, format)];
	}),
);
