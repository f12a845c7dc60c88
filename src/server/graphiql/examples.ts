// Schema → example operations for the tabs of GraphiQL, so that whoever opens it sees their own tables: a list, a nested
// read, one row by key, a write with variables. Only what is valid against the schema is given.
import {
	type GraphQLArgument,
	type GraphQLField,
	type GraphQLInputField,
	type GraphQLObjectType,
	type GraphQLSchema,
	getNamedType,
	getNullableType,
	isEnumType,
	isInputObjectType,
	isLeafType,
	isListType,
	isObjectType,
	isRequiredArgument,
	isRequiredInputField,
	parse,
	validate,
} from "graphql";

export interface Example {
	readonly query: string;
	/** JSON text. */
	readonly variables: string;
}

type Field = GraphQLField<unknown, unknown>;

/** Leaf types that read well in a list. */
const plainTypes = /^(String|Int|Float|Boolean|Numeric|Decimal|BigInt|BigFloat)$/i;
const indent = "  ";

/** Gives up to four examples; none for a schema that has no tables. */
export function exampleOperations(schema: GraphQLSchema): readonly Example[] {
	const list = bestList(schema);
	if (list === null) return [];
	const candidates = [listExample(list), nestedExample(list), keyExample(schema, list), createExample(schema, list)];
	return candidates.filter((candidate) => candidate !== null).filter((candidate) => isValid(schema, candidate));
}

interface List {
	readonly field: Field;
	readonly type: GraphQLObjectType;
}

/** The table with most to show: one that can be created from text alone, with relations both ways. */
function bestList(schema: GraphQLSchema): List | null {
	const fields = Object.values(schema.getQueryType()?.getFields() ?? {});
	const lists = fields.flatMap((field): List[] => {
		const type = getNamedType(field.type);
		return isList(field) && isObjectType(type) ? [{ field, type }] : [];
	});
	const score = (list: List): number =>
		(createField(schema, list) === null ? 0 : 5) +
		Math.min(relations(list.type, "one").length, 2) +
		Math.min(relations(list.type, "many").length, 3);
	return lists.reduce<List | null>((best, list) => (best === null || score(list) > score(best) ? list : best), null);
}

function listExample({ field, type }: List): Example {
	const selection = block(leaves(type, 4), 1);
	return example(
		"Ctrl-Enter runs this. Ctrl-Space completes\nnames; the book on the left has the schema.",
		`query List ${block([`${field.name}(\n${listArguments(field, type)}\n${indent}) ${selection}`], 0)}`,
	);
}

function nestedExample({ field, type }: List): Example | null {
	const embedded = [relations(type, "one")[0], relations(type, "many")[0]].filter((relation) => relation !== undefined);
	if (embedded.length === 0) return null;
	const selection = block([...leaves(type, 2), ...embedded.map(embed)], 1);
	return example(
		"However deep the selection, it is one\nrequest to the database.",
		`query Nested ${block([`${field.name}(limit: 3) ${selection}`], 0)}`,
	);
}

function embed(relation: Field): string {
	const type = getNamedType(relation.type) as GraphQLObjectType;
	return `${relation.name}${isList(relation) ? "(limit: 2)" : ""} ${block(leaves(type, 2), 2)}`;
}

function keyExample(schema: GraphQLSchema, { type }: List): Example | null {
	const field = Object.values(schema.getQueryType()?.getFields() ?? {}).find(
		(candidate) => getNullableType(candidate.type) === type && candidate.args.some(isRequiredArgument),
	);
	if (field === undefined) return null;
	const keys = field.args.filter(isRequiredArgument);
	const declared = keys.map((key) => `$${key.name}: ${String(key.type)}`).join(", ");
	const passed = keys.map((key) => `${key.name}: $${key.name}`).join(", ");
	return example(
		"Put a key from the first tab under Variables.",
		`query ByKey(${declared}) ${block([`${field.name}(${passed}) ${block(leaves(type, 4), 1)}`], 0)}`,
		Object.fromEntries(keys.map((key) => [key.name, "a key from the first tab"])),
	);
}

function createExample(schema: GraphQLSchema, list: List): Example | null {
	const field = createField(schema, list);
	const input = field?.args.find(isRequiredArgument);
	if (field === null || input === undefined) return null;
	const selection = block(leaves(list.type, 4), 1);
	return example(
		"A write. Its values are under Variables, its\ntenant comes from your credential.",
		`mutation Create($input: ${String(input.type)}) ${block([`${field.name}(${input.name}: $input) ${selection}`], 0)}`,
		{ input: Object.fromEntries(requiredInputs(input).map(({ name }) => [name, `Example ${name}`])) },
	);
}

function example(comment: string, operation: string, variables?: unknown): Example {
	const text = comment.replace(/^/gm, "# ");
	return {
		query: `${text}\n${operation}\n`,
		variables: variables === undefined ? "" : JSON.stringify(variables, null, 2),
	};
}

/** Selections in braces, a line each. */
function block(selections: readonly string[], depth: number): string {
	const lines = selections.map((selection) => `${indent.repeat(depth + 1)}${selection}\n`);
	return `{\n${lines.join("")}${indent.repeat(depth)}}`;
}

/** The mutation that makes one row out of strings alone. */
function createField(schema: GraphQLSchema, { type }: List): Field | null {
	const fields = Object.values(schema.getMutationType()?.getFields() ?? {});
	const found = fields.find((field) => {
		const required = field.args.filter(isRequiredArgument);
		const [input] = required;
		if (!field.name.startsWith("create") || getNullableType(field.type) !== type) return false;
		if (required.length !== 1 || input === undefined || !isInputObjectType(getNamedType(input.type))) return false;
		const inputs = requiredInputs(input);
		return inputs.length > 0 && inputs.every((value) => String(getNullableType(value.type)) === "String");
	});
	return found ?? null;
}

function requiredInputs(input: GraphQLArgument): readonly GraphQLInputField[] {
	const type = getNamedType(input.type);
	return isInputObjectType(type) ? Object.values(type.getFields()).filter(isRequiredInputField) : [];
}

/** Relations to other tables; a tree's parent explains less. */
function relations(type: GraphQLObjectType, cardinality: "one" | "many"): readonly Field[] {
	return Object.values(type.getFields()).filter((field) => {
		const target = getNamedType(field.type);
		return isObjectType(target) && target !== type && isList(field) === (cardinality === "many");
	});
}

function isList(field: Field): boolean {
	return isListType(getNullableType(field.type)) && field.args.some(({ name }) => name === "limit");
}

/** Names of columns that read well, the key first. */
function leaves(type: GraphQLObjectType, most: number): readonly string[] {
	const fields = Object.values(type.getFields()).filter((field) => isLeafType(getNullableType(field.type)));
	const plain = fields.filter((field) => {
		const leaf = getNullableType(field.type);
		return isEnumType(leaf) || plainTypes.test(String(leaf));
	});
	const keys = fields.filter(({ name }) => name === "id");
	return [...new Set([...keys, ...plain, ...fields])].slice(0, most).map(({ name }) => name);
}

function listArguments(field: Field, type: GraphQLObjectType): string {
	const texts = Object.values(type.getFields()).filter((leaf) => String(getNullableType(leaf.type)) === "String");
	const text = (texts.find(({ name }) => name === "name" || name === "title") ?? texts[0])?.name;
	const offers = (name: string): boolean => text !== undefined && field.args.some((argument) => argument.name === name);
	const lines = [
		...(offers("where") ? [`where: { ${text}: { ilike: "%a%" } }`] : []),
		...(offers("orderBy") ? [`orderBy: [{ ${text}: ASC }]`] : []),
		"limit: 5",
	];
	return lines.map((line) => `${indent.repeat(2)}${line}`).join("\n");
}

/** Nothing when the schema is not as it was guessed to be. */
function isValid(schema: GraphQLSchema, { query }: Example): boolean {
	return validate(schema, parse(query)).length === 0;
}
