// The filter types: one of each table, one of each kind of column, and what relations and json add. Fields are thunks,
// since filters refer to themselves and to one another. The tenant column is in none of them.
import {
	GraphQLBoolean,
	GraphQLEnumType,
	type GraphQLInputFieldConfigMap,
	type GraphQLInputObjectType,
	type GraphQLInputType,
	GraphQLList,
	GraphQLNonNull,
	GraphQLString,
} from "graphql";
import type { ColumnType } from "./catalog.ts";
import { InputTypesByName } from "./input-types-by-name.ts";
import type { LeafTypes } from "./leaf-types.ts";
import { type DataModel, type RelationModel, type TableModel, targetOf } from "./model.ts";
import { tableTypeNames } from "./naming.ts";
import { type FilterOperator, jsonPathOperators, operatorsOf, textOperators } from "./operators.ts";

const searchMode = new GraphQLEnumType({
	name: "TextSearchMode",
	values: {
		WEB: { value: "web", description: "As in a search engine: quotes, `or` and `-` are understood." },
		PLAIN: { value: "plain", description: "All of the words." },
		PHRASE: { value: "phrase", description: "The words one after the other." },
		TSQUERY: { value: "tsquery", description: "A tsquery of Postgres, such as `iron & !cast:*`." },
	},
});

/** The filter types of one schema. */
export class FilterTypes {
	readonly #model: DataModel;
	readonly #leaves: LeafTypes;
	readonly #types = new InputTypesByName();

	constructor(model: DataModel, leaves: LeafTypes) {
		this.#model = model;
		this.#leaves = leaves;
	}

	/** The filter of a table's rows. */
	of(table: TableModel): GraphQLInputObjectType {
		return this.#types.once(tableTypeNames(table.typeName).filter, { fields: () => this.#fields(table) });
	}

	#fields(table: TableModel): GraphQLInputFieldConfigMap {
		const self = this.of(table);
		const list = new GraphQLList(new GraphQLNonNull(self));
		const fields: GraphQLInputFieldConfigMap = {
			and: { type: list, description: "All of these hold." },
			or: { type: list, description: "At least one of these holds." },
			not: { type: self, description: "This does not hold." },
		};
		for (const [name, field] of table.fields) {
			if (field.kind === "relation") fields[name] = { type: this.#relation(field) };
			else if (!field.tenant && field.column.selectable)
				fields[name] = { type: this.#column(field.column.type), description: field.column.comment };
		}
		return fields;
	}

	#relation(relation: RelationModel): GraphQLInputObjectType {
		const target = targetOf(this.#model, relation);
		const rows = this.of(target);
		if (relation.cardinality === "one") return rows;
		return this.#types.once(tableTypeNames(target.typeName).listFilter, {
			fields: () => ({
				some: { type: rows, description: "There is a related row, and this holds for it." },
				none: { type: rows, description: "This holds for no related row." },
				every: { type: rows, description: "There is no related row for which this does not hold." },
			}),
		});
	}

	#column(type: ColumnType): GraphQLInputObjectType {
		const { name, operand } = this.#nameOf(type);
		return this.#types.once(name, {
			fields: () =>
				Object.fromEntries(
					operatorsOf(type).map((operator) => [operator, { type: this.#operand(operator, type, operand) }]),
				),
		});
	}

	#nameOf(type: ColumnType): { readonly name: string; readonly operand: GraphQLInputType } {
		// Nothing but null can be looked for in a composite, whatever is in it.
		if (type.kind === "composite") return { name: "CompositeFilter", operand: GraphQLBoolean };
		if (type.kind !== "array") {
			const leaf = this.#leaves.leaf(type);
			return { name: `${leaf.name}${suffixOf(type, leaf.name)}Filter`, operand: leaf };
		}
		const inner = this.#nameOf(type.element);
		return { name: inner.name.replace(/Filter$/, "ListFilter"), operand: this.#leaves.input(type) };
	}

	#operand(operator: FilterOperator, type: ColumnType, operand: GraphQLInputType): GraphQLInputType {
		switch (operator) {
			case "isNull":
				return GraphQLBoolean;
			case "in":
				return new GraphQLList(new GraphQLNonNull(operand));
			case "containsElement":
				return type.kind === "array" || type.kind === "range" ? this.#leaves.input(type.element) : operand;
			case "matches":
				return this.#search();
			case "at":
				return new GraphQLList(new GraphQLNonNull(this.#jsonPath(operand)));
			default:
				return operand;
		}
	}

	#search(): GraphQLInputObjectType {
		return this.#types.once("TextSearch", {
			fields: () => ({
				query: { type: new GraphQLNonNull(GraphQLString) },
				language: {
					type: GraphQLString,
					description: "A text search configuration, such as `english`; the database's default when left out.",
				},
				mode: { type: new GraphQLNonNull(searchMode), defaultValue: "web" },
			}),
		});
	}

	#jsonPath(json: GraphQLInputType): GraphQLInputObjectType {
		const operandOf = (operator: string) => {
			if (operator === "isNull") return GraphQLBoolean;
			if (textOperators.has(operator)) return GraphQLString;
			return operator === "in" ? new GraphQLList(new GraphQLNonNull(json)) : json;
		};
		return this.#types.once("JSONPathFilter", {
			description: "What holds for a value inside json. Values compare as jsonb does; text operators read it as text.",
			fields: () => ({
				path: {
					type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(GraphQLString))),
					description: "Keys from the outside in; a whole number is an index of an array.",
				},
				...Object.fromEntries(jsonPathOperators.map((operator) => [operator, { type: operandOf(operator) }])),
			}),
		});
	}
}

/** Several kinds of types travel as String or JSON, with different operators: each has a filter of its own. */
function suffixOf(type: ColumnType, leafName: string): string {
	const operators = operatorsOf(type);
	if (leafName === "JSON") return operators.includes("at") ? "" : "Null";
	if (leafName !== "String") return "";
	if (operators.includes("like")) return "";
	if (operators.includes("matches")) return "Search";
	if (operators.includes("adjacentTo")) return "Range";
	return operators.includes("lt") ? "Ordered" : operators.includes("eq") ? "Equatable" : "Null";
}
