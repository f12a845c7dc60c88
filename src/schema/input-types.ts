// GraphQL types of a row that is written: input, patch. The tenant column is in neither: a tenant comes from the verified
// identity only.
import { type GraphQLInputFieldConfigMap, type GraphQLInputObjectType, GraphQLNonNull } from "graphql";
import type { Column } from "./catalog.ts";
import { InputTypesByName } from "./input-types-by-name.ts";
import type { LeafTypes } from "./leaf-types.ts";
import type { ColumnModel, TableModel } from "./model.ts";
import { tableTypeNames } from "./naming.ts";

/** The input types of one schema. */
export class InputTypes {
	readonly #leaves: LeafTypes;
	readonly #types = new InputTypesByName();

	constructor(leaves: LeafTypes) {
		this.#leaves = leaves;
	}

	input(table: TableModel): GraphQLInputObjectType {
		return this.#types.once(tableTypeNames(table.typeName).input, {
			fields: () => this.#writable(table, (column) => !column.nullable && !column.hasDefault),
		});
	}

	patch(table: TableModel): GraphQLInputObjectType {
		return this.#types.once(tableTypeNames(table.typeName).patch, { fields: () => this.#writable(table, () => false) });
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
}

/** Columns that a client may name in an argument. */
export function clientColumns(table: TableModel): ColumnModel[] {
	return [...table.fields.values()].filter((field) => field.kind === "column").filter((column) => !column.tenant);
}
