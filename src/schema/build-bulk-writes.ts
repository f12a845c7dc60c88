// Root fields that write many rows at once: their types and arguments.
import { type GraphQLFieldConfig, GraphQLInt, GraphQLList, GraphQLNonNull, type GraphQLObjectType } from "graphql";
import { conflictArguments } from "./conflict-types.ts";
import type { FilterTypes } from "./filter-types.ts";
import type { InputTypes } from "./input-types.ts";
import type { RootField } from "./model.ts";

type BulkWrite = Extract<RootField, { kind: "createMany" | "updateMany" | "deleteMany" }>;

/** Builds the field. @param from.row type of the table's rows */
export function bulkWriteField(
	{ kind, table }: BulkWrite,
	from: {
		readonly row: GraphQLObjectType;
		readonly inputs: InputTypes;
		readonly filters: FilterTypes;
		readonly maxLimit: number;
	},
): GraphQLFieldConfig<unknown, unknown> {
	const { row, inputs, filters, maxLimit } = from;
	const type = new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(row)));
	const where = { type: new GraphQLNonNull(filters.of(table)), description: "Which rows; `{}` is every row." };
	const atMost = {
		type: new GraphQLNonNull(GraphQLInt),
		defaultValue: 1,
		description: `More matching rows than this are an error, and nothing is written. At most ${maxLimit}.`,
	};
	switch (kind) {
		case "createMany": {
			const rows = new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(inputs.input(table))));
			return {
				type,
				args: { inputs: { type: rows, description: `At most ${maxLimit}.` }, ...conflictArguments(table) },
				description: `Creates several rows of \`${table.table.name}\`: all of them, or none.`,
			};
		}
		case "updateMany":
			return {
				type,
				args: { where, patch: { type: new GraphQLNonNull(inputs.patch(table)) }, atMost },
				description: `Changes the rows of \`${table.table.name}\` that match, and gives them as they are now.`,
			};
		case "deleteMany":
			return {
				type,
				args: { where, atMost },
				description: `Deletes the rows of \`${table.table.name}\` that match, and gives what they were.`,
			};
	}
}
