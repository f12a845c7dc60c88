// The types of aggregates: of each table its groups with their key, count, sums, averages, least and greatest values.
import {
	GraphQLEnumType,
	type GraphQLFieldConfigArgumentMap,
	type GraphQLFieldConfigMap,
	GraphQLInt,
	GraphQLList,
	GraphQLNonNull,
	GraphQLObjectType,
} from "graphql";
import { averageOf, hasExtremes, type NumberResult, sumOf } from "./aggregate-functions.ts";
import type { FilterTypes } from "./filter-types.ts";
import { groupColumnsOf } from "./group-columns.ts";
import type { LeafTypes } from "./leaf-types.ts";
import type { ColumnModel, DataModel, TableModel } from "./model.ts";
import { tableTypeNames } from "./naming.ts";
import { sortDirection } from "./order-types.ts";
import { readByResponseKey } from "./read-by-response-key.ts";

const resolve = readByResponseKey;

interface Parts {
	readonly model: DataModel;
	readonly leaves: LeafTypes;
	readonly filters: FilterTypes;
	readonly limits: { readonly defaultLimit: number; readonly maxLimit: number };
}

/** The aggregate types of one schema. */
export class AggregateTypes {
	readonly #parts: Parts;
	readonly #objects = new Map<string, GraphQLObjectType>();
	readonly #columns = new Map<string, GraphQLEnumType>();

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	/** The groups of a table's rows; one group of all of them where nothing groups them. */
	type(table: TableModel): GraphQLNonNull<GraphQLList<GraphQLNonNull<GraphQLObjectType>>> {
		return new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(this.#aggregate(table))));
	}

	args(table: TableModel): GraphQLFieldConfigArgumentMap {
		const { defaultLimit, maxLimit } = this.#parts.limits;
		const column = this.#column(table);
		const grouping: GraphQLFieldConfigArgumentMap = {
			groupBy: { type: list(column), description: "What the rows of a group have in common; left out: one group." },
			orderBy: {
				type: list(sortDirection),
				description: "Where groups stand, by the columns of `groupBy` in their order; ascending when left out.",
			},
			limit: { type: GraphQLInt, description: `Groups at most: ${maxLimit}; ${defaultLimit} when left out.` },
		};
		return { where: { type: this.#parts.filters.of(table) }, ...(column === null ? {} : grouping) };
	}

	#aggregate(table: TableModel): GraphQLObjectType {
		const names = tableTypeNames(table.typeName);
		const columns = ownColumns(table);
		return this.#object(names.aggregate, () => {
			const key = this.#key(table);
			const sum = this.#numbers(names.sum, columns, sumOf);
			const avg = this.#numbers(names.average, columns, averageOf);
			const extreme = this.#extremes(names.extreme, columns);
			return {
				...(key && { key: { type: new GraphQLNonNull(key), resolve, description: "What the group's rows share." } }),
				count: { type: new GraphQLNonNull(GraphQLInt), resolve, description: "Rows of the group." },
				...(sum && { sum: { type: new GraphQLNonNull(sum), resolve } }),
				...(avg && { avg: { type: new GraphQLNonNull(avg), resolve } }),
				...(extreme && { min: { type: new GraphQLNonNull(extreme), resolve } }),
				...(extreme && { max: { type: new GraphQLNonNull(extreme), resolve } }),
			};
		});
	}

	#key(table: TableModel): GraphQLObjectType | null {
		const columns = [...groupColumnsOf(this.#parts.model, table).values()];
		if (columns.length === 0) return null;
		const type = ({ column }: ColumnModel) => ({ type: this.#parts.leaves.output(column.type), resolve });
		return this.#object(tableTypeNames(table.typeName).group, () =>
			Object.fromEntries(columns.map(({ name, column }) => [name, type(column)])),
		);
	}

	#numbers(
		name: string,
		columns: readonly ColumnModel[],
		resultOf: (type: ColumnModel["column"]["type"]) => NumberResult | null,
	): GraphQLObjectType | null {
		const found = columns.flatMap((model) => {
			const result = resultOf(model.column.type);
			return result === null
				? []
				: [[model.name, { type: this.#parts.leaves.named(result.graphql), resolve }] as const];
		});
		return found.length === 0 ? null : this.#object(name, () => Object.fromEntries(found));
	}

	#extremes(name: string, columns: readonly ColumnModel[]): GraphQLObjectType | null {
		const found = columns.filter(({ column }) => hasExtremes(column.type));
		if (found.length === 0) return null;
		return this.#object(name, () =>
			Object.fromEntries(
				found.map((model) => [model.name, { type: this.#parts.leaves.output(model.column.type), resolve }]),
			),
		);
	}

	#column(table: TableModel): GraphQLEnumType | null {
		const name = tableTypeNames(table.typeName).column;
		const known = this.#columns.get(name);
		if (known !== undefined) return known;
		const columns = [...groupColumnsOf(this.#parts.model, table).keys()];
		if (columns.length === 0) return null;
		const made = new GraphQLEnumType({
			name,
			description: "What rows can be grouped by; a column of a to-one row stands behind the name of its relation.",
			values: Object.fromEntries(columns.map((column) => [column, {}])),
		});
		this.#columns.set(name, made);
		return made;
	}

	#object(
		name: string,
		fields: () => GraphQLFieldConfigMap<Readonly<Record<string, unknown>>, unknown>,
	): GraphQLObjectType {
		const known = this.#objects.get(name);
		if (known !== undefined) return known;
		const made = new GraphQLObjectType({ name, fields });
		this.#objects.set(name, made);
		return made;
	}
}

const list = <Type extends GraphQLEnumType>(type: Type | null) =>
	new GraphQLList(new GraphQLNonNull(type as Type)) as GraphQLList<GraphQLNonNull<Type>>;

/** Columns that are in the table; what a function computes is not aggregated. */
function ownColumns(table: TableModel): ColumnModel[] {
	return [...table.fields.values()]
		.filter((field) => field.kind === "column")
		.filter(({ tenant, routine, column }) => !tenant && routine === null && column.selectable);
}
