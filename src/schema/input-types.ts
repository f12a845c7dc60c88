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
			fields: () => this.#writable(table, "insertable", (column) => !column.nullable && !column.hasDefault),
		});
	}

	patch(table: TableModel): GraphQLInputObjectType {
		return this.#types.once(tableTypeNames(table.typeName).patch, {
			fields: () => this.#writable(table, "updatable", () => false),
		});
	}

	#writable(
		table: TableModel,
		right: "insertable" | "updatable",
		required: (column: Column) => boolean,
	): GraphQLInputFieldConfigMap {
		return Object.fromEntries(
			writableColumns(table, right).map(({ name, column }) => {
				const type = this.#leaves.input(column.type);
				return [name, { type: required(column) ? new GraphQLNonNull(type) : type, description: column.comment }];
			}),
		);
	}
}

/** Columns that an input or a patch may name. */
export function writableColumns(table: TableModel, right: "insertable" | "updatable"): ColumnModel[] {
	const columns = [...table.fields.values()].filter((field) => field.kind === "column");
	return columns.filter(({ column, tenant }) => !tenant && column[right] && !column.generated);
}
