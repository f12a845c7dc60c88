// Takes a question, gives its GraphQL document and variables.
import type { GraphQLSchema } from "graphql";
import {
	type Aggregate,
	computations,
	type Filter,
	type GraphqlObject,
	type GraphqlValue,
	type Item,
	nameOf,
	type Order,
	type Page,
	type Question,
	type Root,
	responseKeys,
} from "./question.ts";

export interface Document {
	readonly query: string;
	readonly variables: Readonly<Record<string, unknown>>;
}

/** @param schema where the types of variables are looked up */
export function toDocument(question: Question, schema: GraphQLSchema): Document {
	const writer = new Writer(schema, question.bound);
	const roots = question.roots.map((root, index) => writer.root(root, `r${index}`)).join("\n");
	const declared = writer.declarations.length === 0 ? "" : `(${writer.declarations.join(", ")})`;
	return { query: `query q${declared} {\n${roots}\n}`, variables: writer.variables };
}

class Writer {
	readonly declarations: string[] = [];
	readonly variables: Record<string, unknown> = {};
	readonly #schema: GraphQLSchema;
	readonly #bound: boolean;

	constructor(schema: GraphQLSchema, bound: boolean) {
		this.#schema = schema;
		this.#bound = bound;
	}

	root(root: Root, key: string): string {
		if (root.kind === "aggregate") return `${key}: ${this.#aggregate("Query", root.aggregate)}`;
		const selection = this.#selection(root.table.typeName, root.items);
		switch (root.kind) {
			case "list": {
				const { listField } = root.table;
				return `${key}: ${listField}${this.#arguments("Query", listField, pageArguments(root.page))} ${selection}`;
			}
			case "byKey": {
				const { queryField, columns } = root.key;
				const given = columns.map((column, index) => [column.name, root.values[index]?.graphql ?? null]);
				return `${key}: ${queryField}${this.#arguments("Query", queryField, Object.fromEntries(given))} ${selection}`;
			}
			case "connection": {
				const { where, order, size, backward, from, field } = root;
				const given = {
					...pageArguments({ where, order, limit: null, offset: null }),
					[backward ? "last" : "first"]: size,
					...(from === null ? {} : { [backward ? "before" : "after"]: from.cursor }),
				};
				return `${key}: ${field}${this.#arguments("Query", field, given)} { nodes ${selection} totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`;
			}
		}
	}

	#selection(typeName: string, items: readonly Item[]): string {
		return `{ ${responseKeys(items)
			.map(([key, item]) => this.#item(typeName, key, item))
			.join(" ")} }`;
	}

	#item(typeName: string, key: string, item: Item): string {
		const name = nameOf(item);
		const alias = key === name ? "" : `${key}: `;
		if (item.kind === "aggregate") return `${alias}${this.#aggregate(typeName, item.aggregate)}`;
		if (item.kind !== "relation") return `${alias}${name}`;
		const given = item.page === null ? {} : pageArguments(item.page);
		return `${alias}${name}${this.#arguments(typeName, name, given)} ${this.#selection(item.target.typeName, item.items)}`;
	}

	#aggregate(typeName: string, { field, where, groups, directions, limit, computed }: Aggregate): string {
		const given = {
			...pageArguments({ where, order: [], limit, offset: null }),
			...(groups.length === 0 ? {} : { groupBy: groups.map(({ name }) => ({ enum: name })) }),
			...(directions.length === 0 ? {} : { orderBy: directions.map((direction) => ({ enum: direction })) }),
		};
		const key = groups.length === 0 ? "" : ` key { ${groups.map(({ name }) => name).join(" ")} }`;
		const values = computations.map((called) => {
			const columns = computed.filter((each) => each.called === called).map(({ column }) => column.name);
			return columns.length === 0 ? "" : ` ${called} { ${columns.join(" ")} }`;
		});
		return `${field}${this.#arguments(typeName, field, given)} { count${key}${values.join("")} }`;
	}

	#arguments(typeName: string, field: string, given: Readonly<Record<string, GraphqlValue>>): string {
		const written = Object.entries(given).map(
			([name, value]) => `${name}: ${this.#bound ? this.#variable(typeName, field, name, value) : toLiteral(value)}`,
		);
		return written.length === 0 ? "" : `(${written.join(", ")})`;
	}

	#variable(typeName: string, field: string, argument: string, value: GraphqlValue): string {
		const type = this.#schema.getType(typeName);
		if (type === undefined || !("getFields" in type)) throw new Error(`${typeName} has no fields`);
		const definition = type.getFields()[field];
		const found = definition !== undefined && "args" in definition ? definition.args : [];
		const declared = found.find(({ name }) => name === argument);
		if (declared === undefined) throw new Error(`${typeName}.${field} has no argument ${argument}`);
		const name = `v${this.declarations.length}`;
		this.declarations.push(`$${name}: ${declared.type}`);
		this.variables[name] = toJson(value);
		return `$${name}`;
	}
}

function pageArguments({ where, order, limit, offset }: Page): Readonly<Record<string, GraphqlValue>> {
	return {
		...(where === null ? {} : { where: toFilter(where) }),
		...(order.length === 0 ? {} : { orderBy: order.map(toOrder) }),
		...(limit === null ? {} : { limit }),
		...(offset === null ? {} : { offset }),
	};
}

function toOrder({ via, column, direction }: Order): GraphqlValue {
	const innermost: GraphqlValue = object({ [column.name]: { enum: direction } });
	return via.reduceRight<GraphqlValue>((inner, { relation }) => object({ [relation.name]: inner }), innermost);
}

function toFilter(filter: Filter): GraphqlObject {
	switch (filter.kind) {
		case "and":
		case "or":
			return object({ [filter.kind]: filter.parts.map(toFilter) });
		case "not":
			return object({ not: toFilter(filter.part) });
		case "compare":
			return object({ [filter.column.name]: object({ [filter.operator]: filter.value.graphql }) });
		case "in":
			return object({ [filter.column.name]: object({ in: filter.values.map(({ graphql }) => graphql) }) });
		case "isNull":
			return object({ [filter.column.name]: object({ isNull: filter.isNull }) });
		case "related": {
			const part = filter.part === null ? object({}) : toFilter(filter.part);
			return object({
				[filter.relation.name]: filter.quantifier === null ? part : object({ [filter.quantifier]: part }),
			});
		}
	}
}

const object = (fields: Readonly<Record<string, GraphqlValue>>): GraphqlObject => ({ fields });

function toLiteral(value: GraphqlValue): string {
	if (value === null || typeof value !== "object") return JSON.stringify(value);
	if (isList(value)) return `[${value.map(toLiteral).join(", ")}]`;
	if ("enum" in value) return value.enum;
	const fields = Object.entries(value.fields).map(([name, inner]) => `${name}: ${toLiteral(inner)}`);
	return `{ ${fields.join(", ")} }`;
}

function toJson(value: GraphqlValue): unknown {
	if (value === null || typeof value !== "object") return value;
	if (isList(value)) return value.map(toJson);
	if ("enum" in value) return value.enum;
	return Object.fromEntries(Object.entries(value.fields).map(([name, inner]) => [name, toJson(inner)]));
}

const isList = (value: object): value is readonly GraphqlValue[] => Array.isArray(value);
