// The order types: of each table, one column or, through a to-one relation, one of the related row, at any depth. The
// tenant column is in none of them.
import { GraphQLEnumType, type GraphQLInputFieldConfigMap, type GraphQLInputObjectType } from "graphql";
import { InputTypesByName } from "./input-types-by-name.ts";
import { type ColumnModel, type DataModel, type TableModel, targetOf } from "./model.ts";
import { tableTypeNames } from "./naming.ts";
import { operatorsOf } from "./operators.ts";

/** Where a row stands in an order; the suffix says where nulls go (Postgres: last when ascending, first otherwise). */
export const sortDirection = new GraphQLEnumType({
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

/** The order types of one schema. */
export class OrderTypes {
	readonly #model: DataModel;
	readonly #types = new InputTypesByName();

	constructor(model: DataModel) {
		this.#model = model;
	}

	/** Null where no column of the table has an order. */
	of(table: TableModel): GraphQLInputObjectType | null {
		const ordered = [...table.fields.values()].some((field) => field.kind === "column" && isOrdered(field));
		if (!ordered) return null;
		return this.#types.once(tableTypeNames(table.typeName).order, {
			fields: () => this.#fields(table),
			description: "One column, or one of a related row; further ones follow as further items of the list.",
			isOneOf: true,
		});
	}

	#fields(table: TableModel): GraphQLInputFieldConfigMap {
		const fields: GraphQLInputFieldConfigMap = {};
		for (const [name, field] of table.fields) {
			if (field.kind === "column") {
				if (isOrdered(field)) fields[name] = { type: sortDirection };
			} else if (field.cardinality === "one") {
				const related = this.of(targetOf(this.#model, field));
				if (related !== null) fields[name] = { type: related };
			}
		}
		return fields;
	}
}

function isOrdered({ tenant, column }: ColumnModel): boolean {
	return !tenant && column.selectable && operatorsOf(column.type).includes("lt");
}
