// GraphQL input types of a table: filter, order, input, patch. Made once each; fields are thunks, since filters refer to
// themselves. The tenant column is in none of them: a tenant comes from the verified identity only.
import {
	GraphQLBoolean,
	GraphQLEnumType,
	type GraphQLInputFieldConfigMap,
	GraphQLInputObjectType,
	type GraphQLInputType,
	GraphQLList,
	GraphQLNonNull,
} from "graphql";
import type { Column, ColumnType } from "./catalog.ts";
import type { LeafTypes } from "./leaf-types.ts";
import type { ColumnModel, TableModel } from "./model.ts";
import { tableTypeNames } from "./naming.ts";
import { operatorsOf } from "./operators.ts";

/** Where a row stands in an order; the suffix says where nulls go (Postgres: last when ascending, first otherwise). */
const sortDirection = new GraphQLEnumType({
	name: "SortDirection",
	values: {
		ASC: {},
		ASC_NULLS_FIRST: {},
		ASC_NULLS_LAST: {},
		DESC: {},
		DESC_NULLS_FIRST: {},
		DESC_NULLS_LAST: {},
	},
});

/** The input types of one schema. */
export class InputTypes {
	readonly #leaves: LeafTypes;
	readonly #made = new Map<string, GraphQLInputObjectType>();

	constructor(leaves: LeafTypes) {
		this.#leaves = leaves;
	}

	filter(table: TableModel): GraphQLInputObjectType {
		const name = tableTypeNames(table.typeName).filter;
		return this.#once(name, () => {
			const self = this.filter(table);
			const list = new GraphQLList(new GraphQLNonNull(self));
			const fields: GraphQLInputFieldConfigMap = {
				and: { type: list, description: "All of these hold." },
				or: { type: list, description: "At least one of these holds." },
				not: { type: self, description: "This does not hold." },
			};
			for (const { name: field, column } of clientColumns(table)) {
				fields[field] = { type: this.#columnFilter(column), description: column.comment };
			}
			return fields;
		});
	}

	/** Null where no column has an order. */
	order(table: TableModel): GraphQLInputObjectType | null {
		const columns = clientColumns(table).filter(({ column }) => operatorsOf(column.type).includes("lt"));
		if (columns.length === 0) return null;
		return this.#once(
			tableTypeNames(table.typeName).order,
			() => Object.fromEntries(columns.map(({ name }) => [name, { type: sortDirection }])),
			"One column; further ones follow as further items of the list.",
			true,
		);
	}

	input(table: TableModel): GraphQLInputObjectType {
		return this.#once(tableTypeNames(table.typeName).input, () =>
			this.#writable(table, (column) => !column.nullable && !column.hasDefault),
		);
	}

	patch(table: TableModel): GraphQLInputObjectType {
		return this.#once(tableTypeNames(table.typeName).patch, () => this.#writable(table, () => false));
	}

	#writable(table: TableModel, required: (column: Column) => boolean): GraphQLInputFieldConfigMap {
		const columns = clientColumns(table).filter(({ column }) => !column.generated);
		return Object.fromEntries(
			columns.map(({ name, column }) => {
				const type = this.#leaves.input(column.type);
				return [name, { type: required(column) ? new GraphQLNonNull(type) : type, description: column.comment }];
			}),
		);
	}

	#columnFilter(column: Column): GraphQLInputObjectType {
		const { name, type } = this.#filterName(column.type);
		return this.#once(name, () =>
			Object.fromEntries(operatorsOf(column.type).map((operator) => [operator, { type: operand(operator, type) }])),
		);
	}

	#filterName(type: ColumnType): { readonly name: string; readonly type: GraphQLInputType } {
		// Nothing but null can be looked for in a composite, whatever is in it.
		if (type.kind === "composite") return { name: "CompositeFilter", type: GraphQLBoolean };
		if (type.kind !== "array") {
			const leaf = this.#leaves.leaf(type);
			return { name: `${leaf.name}${filterSuffix(type, leaf.name)}Filter`, type: leaf };
		}
		const inner = this.#filterName(type.element);
		return { name: inner.name.replace(/Filter$/, "ListFilter"), type: this.#leaves.input(type) };
	}

	#once(
		name: string,
		fields: () => GraphQLInputFieldConfigMap,
		description?: string,
		isOneOf = false,
	): GraphQLInputObjectType {
		const known = this.#made.get(name);
		if (known !== undefined) return known;
		const made = new GraphQLInputObjectType({ name, fields, isOneOf, description: description ?? null });
		this.#made.set(name, made);
		return made;
	}
}

/** Columns that a client may name in an argument. */
export function clientColumns(table: TableModel): ColumnModel[] {
	return [...table.fields.values()].filter((field) => field.kind === "column").filter((column) => !column.tenant);
}

function operand(operator: string, type: GraphQLInputType): GraphQLInputType {
	if (operator === "isNull") return GraphQLBoolean;
	return operator === "in" ? new GraphQLList(new GraphQLNonNull(type)) : type;
}

/** Several kinds of types travel as String, with different operators: each has a filter of its own. */
function filterSuffix(type: ColumnType, leafName: string): string {
	if (leafName !== "String") return "";
	const operators = operatorsOf(type);
	if (operators.includes("like")) return "";
	return operators.includes("lt") ? "Ordered" : operators.includes("eq") ? "Equatable" : "Null";
}
