// Root fields that call a function of the database: their types and arguments.
import {
	GraphQLBoolean,
	type GraphQLFieldConfig,
	type GraphQLFieldConfigArgumentMap,
	GraphQLList,
	GraphQLNonNull,
	type GraphQLObjectType,
	type GraphQLOutputType,
} from "graphql";
import type { LeafTypes } from "./leaf-types.ts";
import type { RoutineModel } from "./model.ts";

/**
 * Builds the field.
 * @param from.row type of its rows; null: it gives none
 * @param from.page arguments of a list of its rows, or of values where it gives no rows
 */
export function routineField(
	model: RoutineModel,
	from: {
		readonly leaves: LeafTypes;
		readonly row: GraphQLObjectType | null;
		readonly page: GraphQLFieldConfigArgumentMap;
	},
): GraphQLFieldConfig<unknown, unknown> {
	const { leaves, row, page } = from;
	const { routine } = model;
	const own = Object.fromEntries(
		model.arguments.map(({ name, argument: { type, required } }) => {
			const input = leaves.input(type);
			return [name, { type: required ? new GraphQLNonNull(input) : input }];
		}),
	);
	return {
		type: resultType(model, row, leaves),
		args: { ...own, ...(routine.many ? page : {}) },
		description: routine.comment ?? `Calls \`${routine.name}\`.`,
	};
}

function resultType({ routine }: RoutineModel, row: GraphQLObjectType | null, leaves: LeafTypes): GraphQLOutputType {
	const { result, many } = routine;
	if (row !== null) return many ? new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(row))) : row;
	if (result.kind !== "value") return new GraphQLNonNull(GraphQLBoolean);
	const value = leaves.output(result.type);
	return many ? new GraphQLNonNull(new GraphQLList(value)) : value;
}
