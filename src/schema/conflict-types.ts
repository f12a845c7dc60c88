// GraphQL types of `onConflict`: which constraint a new row may collide with, and what then becomes of the row that is there.
import {
	GraphQLEnumType,
	type GraphQLFieldConfigArgumentMap,
	GraphQLInputObjectType,
	GraphQLList,
	GraphQLNonNull,
} from "graphql";
import { writableColumns } from "./input-types.ts";
import type { TableModel } from "./model.ts";
import { tableTypeNames } from "./naming.ts";

/** The argument `onConflict`; none where no constraint can be named. */
export function conflictArguments(table: TableModel): GraphQLFieldConfigArgumentMap {
	const columns = writableColumns(table, "updatable");
	if (table.conflictTargets.length === 0 || columns.length === 0) return {};
	const names = tableTypeNames(table.typeName);
	const constraint = enumOf(names.constraint, table.conflictTargets, "Unique constraints of the table.");
	const updateColumn = enumOf(names.updateColumn, columns, "Fields that an upsert can overwrite.");
	const type = new GraphQLInputObjectType({
		name: names.onConflict,
		fields: {
			constraint: {
				type: new GraphQLNonNull(constraint),
				description: "The constraint by which a new row is one that exists.",
			},
			update: {
				type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(updateColumn))),
				description:
					"Fields of the existing row that take the new values; none: it stays as it is, and is not in the answer.",
			},
		},
	});
	return { onConflict: { type, description: "What becomes of a row that exists already; left out: an error." } };
}

function enumOf(name: string, values: readonly { readonly name: string }[], description: string): GraphQLEnumType {
	return new GraphQLEnumType({
		name,
		description,
		values: Object.fromEntries(values.map((value) => [value.name, {}])),
	});
}
