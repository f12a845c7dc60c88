// What round-trip.test.ts writes and reads: a column for each type, and for each value the SQL literal and the JSON.

export interface BoundaryCase {
	/** The column's type in SQL. */
	readonly type: string;
	/** Type of a variable that holds it. */
	readonly graphql: string;
	/** What is selected of it, where it is a composite. */
	readonly selection?: string;
	/** Whether it can be compared with `eq`: true unless said otherwise. */
	readonly filter?: boolean;
	/** SQL literal and JSON, of the input and of the answer alike. */
	readonly values: readonly (readonly [literal: string, json: string])[];
}

/** Types of the user's own that the columns have. */
export const boundaryTypes = `
	create extension if not exists citext with schema public;
	create extension if not exists hstore with schema public;
	create extension if not exists ltree with schema public;
	create type api.mood as enum ('sad', 'not so sad', 'Übermütig', '1st', '', 'true', '__x', '🙂', 'SAD');
	create domain api.positive as int check (value > 0);
	create domain api.small as api.positive check (value < 100);
	create domain api.words as text[];
	create type api.inner_part as (label text, amounts numeric[], mood api.mood);
	create type api.address as (
		street text, house_no int8, price numeric, ratio float8, "Is open" bool, spot point, tags text[], grid int[][],
		mood api.mood, extra json, part api.inner_part, parts api.inner_part[], since timestamptz);
	create domain api.home as api.address;
	create type api.float_range as range (subtype = float8);
`;

/** The same text as SQL and as JSON. */
const texts = (...values: string[]): [string, string][] => values.map((text) => [quote(text), JSON.stringify(text)]);
/** The same number in both. */
const numbers = (...values: string[]): [string, string][] => values.map((text) => [`'${text}'`, text]);
const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;
const nothing: [string, string] = ["null", "null"];

const longNumber = `${"1234567890".repeat(60)}.${"0987654321".repeat(40)}`;
const bigJson =
	'{"a":[0.1,12345678901234567890,-0.1,{"b":null}],"b":"é\\n","c":123456789012345678901234567890.123456789}';

const strings: readonly BoundaryCase[] = [
	{ type: "text", graphql: "String", values: [...texts("", "'\"\\,.()*%:{}", "é🙂\n\t\u0001", "null", "[["), nothing] },
	{ type: "varchar(5)", graphql: "String", values: texts("abcde") },
	{ type: "char(5)", graphql: "String", values: texts("ab   ") },
	{ type: "name", graphql: "String", values: texts("a".repeat(63)) },
	{ type: '"char"', graphql: "String", values: texts("x") },
	{ type: "public.citext", graphql: "String", values: texts("MiXed") },
	{ type: "uuid", graphql: "UUID", values: texts("ffffffff-ffff-ffff-ffff-ffffffffffff") },
	{ type: "bytea", graphql: "Bytes", values: texts("\\x", "\\x00ff5c27") },
	{ type: "xml", graphql: "String", filter: false, values: texts('<a b="c">&amp;d</a>') },
	{ type: "tsvector", graphql: "String", filter: false, values: texts("'cat':2A 'it''s':1") },
	{ type: "tsquery", graphql: "String", filter: false, values: texts("'fat' & !'rat'") },
	{ type: "public.hstore", graphql: "String", filter: false, values: texts('"a"=>"1", "b"=>NULL') },
	{ type: "public.ltree", graphql: "String", filter: false, values: texts("Top.Science") },
	{ type: "jsonpath", graphql: "String", filter: false, values: texts('$."a"[*]?(@ > 1)') },
	{ type: "pg_lsn", graphql: "String", filter: false, values: texts("FFFFFFFF/FFFFFFFF") },
	{ type: "xid8", graphql: "String", filter: false, values: texts("18446744073709551615") },
	{ type: "int2vector", graphql: "String", filter: false, values: texts("1 2") },
	{ type: "regclass", graphql: "String", filter: false, values: texts("pg_class") },
];

const numeric: readonly BoundaryCase[] = [
	{ type: "int2", graphql: "Int", values: numbers("-32768", "32767") },
	{ type: "int4", graphql: "Int", values: [...numbers("-2147483648", "0", "2147483647"), nothing] },
	{ type: "int8", graphql: "BigInt", values: texts("-9223372036854775808", "9223372036854775807") },
	{
		type: "numeric",
		graphql: "Decimal",
		values: texts(longNumber, `-${longNumber}`, "0.10", "NaN", "Infinity", "-Infinity"),
	},
	{ type: "numeric(5,2)", graphql: "Decimal", values: texts("-999.99") },
	{ type: "float4", graphql: "Double", values: [...numbers("3.4028235e+38", "1e-45", "0.1"), ["'NaN'", '"NaN"']] },
	{
		type: "float8",
		graphql: "Double",
		values: [
			...numbers("1.7976931348623157e+308", "5e-324", "0.1", "-0", "1e+20", "123456789012.12"),
			...texts("NaN", "Infinity", "-Infinity"),
		],
	},
	{ type: "money", graphql: "String", values: texts("-$92,233,720,368,547,758.08") },
	{ type: "oid", graphql: "BigInt", values: texts("4294967295") },
	{ type: "bool", graphql: "Boolean", values: numbers("true", "false") },
	{ type: "bit(3)", graphql: "String", values: texts("101") },
	{ type: "varbit", graphql: "String", values: texts("", "1".repeat(70)) },
];

const times: readonly BoundaryCase[] = [
	{
		type: "date",
		graphql: "Date",
		values: texts("0044-03-15 BC", "4713-01-01 BC", "5874897-12-31", "infinity", "-infinity"),
	},
	{ type: "time", graphql: "LocalTime", values: texts("00:00:00.000001", "24:00:00") },
	{ type: "timetz", graphql: "Time", values: texts("23:59:59.999999-15:59:59", "00:00:00+00") },
	{
		type: "timestamp",
		graphql: "LocalDateTime",
		values: texts("4714-11-24T00:00:00 BC", "294276-12-31T23:59:59.999999", "infinity", "-infinity"),
	},
	{
		type: "timestamptz",
		graphql: "DateTime",
		values: texts("0044-03-15T12:00:00.000001+00:00 BC", "2026-01-31T23:59:59.123456+00:00", "infinity", "-infinity"),
	},
	{
		type: "interval",
		graphql: "Interval",
		values: texts("00:00:00", "1 year 2 mons -3 days +04:05:06.000007", "-178000000 years", "infinity"),
	},
];

const ranges: readonly BoundaryCase[] = [
	{ type: "int4range", graphql: "Int4Range", values: texts("[1,10)", "empty", "(,)", "[2147483646,)") },
	{ type: "int8range", graphql: "Int8Range", values: texts("[-9223372036854775808,9223372036854775807)") },
	{ type: "numrange", graphql: "NumRange", values: texts("(1.50,12345678901234567890.10]") },
	{ type: "daterange", graphql: "DateRange", values: texts("[2026-01-01,infinity)", "empty") },
	{
		type: "tsrange",
		graphql: "TsRange",
		values: texts('["0044-03-15 00:00:00 BC",)', '(,"2026-01-01 00:00:00.000001"]'),
	},
	{ type: "tstzrange", graphql: "TstzRange", values: texts('["2026-01-01 00:00:00+00",infinity)') },
	{ type: "api.float_range", graphql: "String", values: texts("[1.5,Infinity]") },
	{ type: "int4multirange", graphql: "Int4Multirange", values: texts("{}", "{[1,3),[5,)}") },
	{ type: "int8multirange", graphql: "Int8Multirange", values: texts("{[1,9223372036854775807)}") },
	{ type: "nummultirange", graphql: "NumMultirange", values: texts("{[1.50,2.5)}") },
	{ type: "datemultirange", graphql: "DateMultirange", values: texts("{(,2026-01-01)}") },
	{ type: "tsmultirange", graphql: "TsMultirange", values: texts('{["2026-01-01 00:00:00",)}') },
	{ type: "tstzmultirange", graphql: "TstzMultirange", values: texts('{["2026-01-01 00:00:00+00",)}') },
];

const networkAndShape: readonly BoundaryCase[] = [
	{ type: "inet", graphql: "String", values: texts("192.168.0.1", "192.168.0.1/24", "::1") },
	{ type: "cidr", graphql: "String", values: texts("10.0.0.0/8", "2001:db8::/32") },
	{ type: "macaddr", graphql: "String", values: texts("08:00:2b:01:02:03") },
	{ type: "macaddr8", graphql: "String", values: texts("08:00:2b:01:02:03:04:05") },
	...[
		["point", "(1.5,-2)"],
		["line", "{1,2,3}"],
		["lseg", "[(1,2),(3,4)]"],
		["box", "(3,4),(1,2)"],
		["path", "((1,2),(3,4))"],
		["polygon", "((1,2),(3,4),(5,6))"],
		["circle", "<(1,2),3.5>"],
	].map(([type = "", text = ""]) => ({ type, graphql: "String", filter: false, values: texts(text) })),
];

const documents: readonly BoundaryCase[] = [
	{
		type: "json",
		graphql: "JSON",
		filter: false,
		values: [
			[quote(bigJson), bigJson],
			["'\"text\"'", '"text"'],
			["'[[1]]'", "[[1]]"],
		],
	},
	{
		type: "jsonb",
		graphql: "JSON",
		filter: false,
		values: [
			[quote(bigJson), bigJson],
			["'12345678901234567.50'", "12345678901234567.50"],
			["'false'", "false"],
		],
	},
	{
		type: "json[]",
		graphql: "[JSON]",
		filter: false,
		values: [
			[`array['{"a": 12345678901234567890}', '[1]', '"x"']`.replace(": ", ":"), '[{"a":12345678901234567890},[1],"x"]'],
		],
	},
];

const arrays: readonly BoundaryCase[] = [
	{
		type: "int[]",
		graphql: "[Int]",
		values: [["'{}'", "[]"], ["'{1,NULL,-2147483648}'", "[1,null,-2147483648]"], nothing],
	},
	{
		type: "int[][]",
		graphql: "[[Int]]",
		values: [
			["'{{1,2},{3,NULL}}'", "[[1,2],[3,null]]"],
			["'{}'", "[]"],
		],
	},
	{ type: "int8[]", graphql: "[BigInt]", values: [["'{9223372036854775807}'", '["9223372036854775807"]']] },
	{
		type: "numeric[][]",
		graphql: "[[Decimal]]",
		values: [[`'{{1.10},{${longNumber}}}'`, `[["1.10"],["${longNumber}"]]`]],
	},
	{
		type: "text[]",
		graphql: "[String]",
		values: [[`array['a,b', '"', '', 'NULL', null, '[[']`, '["a,b","\\"","","NULL",null,"[["]']],
	},
	{ type: "float8[]", graphql: "[Double]", values: [["'{NaN,1e20,0.1}'", '["NaN",1e+20,0.1]']] },
	{ type: "bool[]", graphql: "[Boolean]", values: [["'{t,f}'", "[true,false]"]] },
	{ type: "timestamptz[]", graphql: "[DateTime]", values: [["'{infinity}'", '["infinity"]']] },
	{ type: "bytea[]", graphql: "[Bytes]", values: [[`array['\\x00ff'::bytea]`, '["\\\\x00ff"]']] },
	{ type: "inet[]", graphql: "[String]", values: [["'{10.0.0.1}'", '["10.0.0.1"]']] },
	{ type: "int4range[]", graphql: "[Int4Range]", values: [[`'{"[1,2)",empty}'`, '["[1,2)","empty"]']] },
	{
		type: "public.hstore[]",
		graphql: "[String]",
		filter: false,
		values: [[`array['"a"=>"1"'::public.hstore]`, '["\\"a\\"=>\\"1\\""]']],
	},
	{ type: "api.mood[]", graphql: "[Mood]", values: [["array['sad', '🙂']::api.mood[]", '["sad","U1F642"]']] },
];

const address =
	'{"street":"Rue d\'Été, \\"3\\"","houseNo":"9223372036854775807","price":"0.10","ratio":"NaN","isOpen":true,"spot":"(1,2)",' +
	'"tags":["a","b,c"],"grid":[[1],[2]],"mood":"NOT_SO_SAD","extra":{"n":0.1,"m":[12345678901234567890]},' +
	'"part":{"label":null,"amounts":["1.50","NaN"],"mood":"_1ST"},"parts":[{"label":"x","amounts":[],"mood":null},null],' +
	'"since":"infinity"}';
const addressSql = `row('Rue d''Été, "3"', 9223372036854775807, 0.10, 'NaN', true, '(1,2)', '{a,"b,c"}', '{{1},{2}}', 'not so sad',
	'{"n":0.1,"m":[12345678901234567890]}', row(null, '{1.50,NaN}', '1st')::api.inner_part,
	array[row('x', '{}', null)::api.inner_part, null], 'infinity')::api.address`;
const part = "{ label amounts mood }";
const wholeAddress = `{ street houseNo price ratio isOpen spot tags grid mood extra part ${part} parts ${part} since }`;

const named: readonly BoundaryCase[] = [
	{
		type: "api.mood",
		graphql: "Mood",
		values: [
			["'sad'", '"sad"'],
			["'not so sad'", '"NOT_SO_SAD"'],
			["'Übermütig'", '"UBERMUTIG"'],
			["'1st'", '"_1ST"'],
			["''", '"EMPTY"'],
			["'true'", '"TRUE"'],
			["'__x'", '"X"'],
			["'🙂'", '"U1F642"'],
			["'SAD'", '"SAD"'],
		],
	},
	{ type: "api.small", graphql: "Int", values: numbers("1", "99") },
	{ type: "api.words", graphql: "[String]", values: [["'{a,b}'", '["a","b"]']] },
	{
		type: "api.address",
		graphql: "AddressInput",
		selection: wholeAddress,
		filter: false,
		values: [[addressSql, address], nothing],
	},
	{
		type: "api.address[]",
		graphql: "[AddressInput]",
		selection: wholeAddress,
		filter: false,
		values: [[`array[${addressSql}, null]`, `[${address},null]`]],
	},
	{
		type: "api.home",
		graphql: "AddressInput",
		selection: wholeAddress,
		filter: false,
		values: [[addressSql, address]],
	},
];

export const boundaryCases: readonly BoundaryCase[] = [
	...[...strings, ...numeric, ...times, ...ranges],
	...[...networkAndShape, ...documents, ...arrays, ...named],
];
