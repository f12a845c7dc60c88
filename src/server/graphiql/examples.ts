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
	print,
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
const opening = "# Ctrl-Enter runs the operation, Ctrl-Space completes names, the book on the left holds the schema.";

/** Gives up to four examples; none for a schema that has no tables. */
export function exampleOperations(schema: GraphQLSchema): readonly Example[] {
	const list = bestList(schema);
	if (list === null) return [];
	const candidates = [listExample(list), nestedExample(list), keyExample(schema, list), createExample(schema, list)];
	return candidates.filter((example) => example !== null).flatMap((example) => checked(schema, example));
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
		(createField(schema, list) === null ? 0 : 4) +
		Math.min(relations(list.type, "one").length, 2) +
		Math.min(relations(list.type, "many").length, 2);
	return lists.reduce<List | null>((best, list) => (best === null || score(list) > score(best) ? list : best), null);
}

function listExample({ field, type }: List): Example {
	const query = `query List { ${field.name}${listArguments(field, type, 5)} { ${leaves(type, 4)} } }`;
	return { query: `${opening}\n${query}`, variables: "" };
}

function nestedExample({ field, type }: List): Example | null {
	const one = relations(type, "one")[0];
	const many = relations(type, "many")[0];
	if (one === undefined && many === undefined) return null;
	const embedded = [one, many].filter((relation) => relation !== undefined).map(embed);
	const query = `query Nested { ${field.name}(limit: 3) { ${leaves(type, 2)} ${embedded.join(" ")} } }`;
	return { query: `# However deep the selection: one request to the database.\n${query}`, variables: "" };
}

function embed(relation: Field): string {
	const type = getNamedType(relation.type) as GraphQLObjectType;
	return `${relation.name}${isList(relation) ? "(limit: 2)" : ""} { ${leaves(type, 2)} }`;
}

function keyExample(schema: GraphQLSchema, { type }: List): Example | null {
	const field = Object.values(schema.getQueryType()?.getFields() ?? {}).find(
		(candidate) => getNullableType(candidate.type) === type && candidate.args.some(isRequiredArgument),
	);
	if (field === undefined) return null;
	const keys = field.args.filter(isRequiredArgument);
	const declared = keys.map((key) => `$${key.name}: ${String(key.type)}`).join(", ");
	const passed = keys.map((key) => `${key.name}: $${key.name}`).join(", ");
	const query = `query ByKey(${declared}) { ${field.name}(${passed}) { ${leaves(type, 4)} } }`;
	const variables = Object.fromEntries(keys.map((key) => [key.name, "paste a key from the first tab"]));
	return { query: `# Put a key into the variables below.\n${query}`, variables: JSON.stringify(variables, null, 2) };
}

function createExample(schema: GraphQLSchema, list: List): Example | null {
	const field = createField(schema, list);
	const input = field?.args.find(isRequiredArgument);
	if (field === null || input === undefined) return null;
	const query = `mutation Create($input: ${String(input.type)}) { ${field.name}(${input.name}: $input) { ${leaves(list.type, 4)} } }`;
	const values = Object.fromEntries(requiredInputs(input).map(({ name }) => [name, `Example ${name}`]));
	return {
		query: `# A write; the tenant comes from your credential.\n${query}`,
		variables: JSON.stringify({ input: values }, null, 2),
	};
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

function relations(type: GraphQLObjectType, cardinality: "one" | "many"): readonly Field[] {
	return Object.values(type.getFields()).filter(
		(field) => isObjectType(getNamedType(field.type)) && isList(field) === (cardinality === "many"),
	);
}

function isList(field: Field): boolean {
	return isListType(getNullableType(field.type)) && field.args.some(({ name }) => name === "limit");
}

function leaves(type: GraphQLObjectType, most: number): string {
	const fields = Object.values(type.getFields()).filter((field) => isLeafType(getNullableType(field.type)));
	const plain = fields.filter((field) => {
		const leaf = getNullableType(field.type);
		return isEnumType(leaf) || plainTypes.test(String(leaf));
	});
	const key = fields.find(({ name }) => name === "id");
	const chosen = new Set([...(key === undefined ? [] : [key]), ...plain, ...fields].slice(0, most));
	return [...chosen].map(({ name }) => name).join(" ");
}

function listArguments(field: Field, type: GraphQLObjectType, limit: number): string {
	const text = Object.values(type.getFields()).find((leaf) => String(getNullableType(leaf.type)) === "String")?.name;
	const offers = (name: string): boolean => field.args.some((argument) => argument.name === name);
	const filter = text !== undefined && offers("where") ? `where: { ${text}: { ilike: "%a%" } }, ` : "";
	const order = text !== undefined && offers("orderBy") ? `orderBy: [{ ${text}: ASC }], ` : "";
	return `(${filter}${order}limit: ${limit})`;
}

/** Formatted, its comment kept; nothing when the schema is not as it was guessed to be. */
function checked(schema: GraphQLSchema, { query, variables }: Example): Example[] {
	const document = parse(query);
	if (validate(schema, document).length > 0) return [];
	const comment = query.slice(0, query.indexOf("\n"));
	return [{ query: `${comment}\n${print(document)}\n`, variables }];
}
