// Takes the DataModel, gives the GraphQL schema of the data: types, filters, orders, inputs and root fields. Root fields
// get their resolvers from resolvers/data.ts; fields below them read the row by response key.
import {
	type GraphQLFieldConfig,
	type GraphQLFieldConfigArgumentMap,
	type GraphQLFieldConfigMap,
	GraphQLInt,
	GraphQLList,
	GraphQLNonNull,
	GraphQLObjectType,
	type GraphQLOutputType,
	GraphQLSchema,
} from "graphql";
import { AppError } from "../error/app-error.ts";
import { AggregateTypes } from "./aggregate-types.ts";
import { bulkWriteField } from "./build-bulk-writes.ts";
import { routineField } from "./build-routine.ts";
import { connectionField } from "./connection-types.ts";
import { FilterTypes } from "./filter-types.ts";
import { InputTypes } from "./input-types.ts";
import { columnOutputType, LeafTypes } from "./leaf-types.ts";
import {
	type ColumnModel,
	type DataModel,
	type RelationModel,
	type RootField,
	type RoutineModel,
	type TableModel,
	targetOf,
} from "./model.ts";
import { OrderTypes } from "./order-types.ts";
import { readByResponseKey } from "./read-by-response-key.ts";
import { settleTypes } from "./settle-types.ts";
import { takeTurns } from "./turns.ts";

type Row = Readonly<Record<string, unknown>>;

/**
 * Builds the data schema, in turns with the requests that are answered meanwhile.
 * @param limits rows of a list without `limit`, and the most that `limit` accepts; they stand in the descriptions
 */
export async function buildTypes(
	model: DataModel,
	limits: { readonly defaultLimit: number; readonly maxLimit: number },
): Promise<GraphQLSchema> {
	if (model.queries.size === 0) {
		throw new AppError("INTERNAL", {
			message: "The exposed schemas hold no table or view that can be shown.",
			hint: "Create a table with row level security in an exposed schema (APPRUN_DB_SCHEMAS).",
		});
	}
	return await new TypeBuilder(model, limits).build();
}

class TypeBuilder {
	readonly #model: DataModel;
	readonly #limits: { readonly defaultLimit: number; readonly maxLimit: number };
	readonly #leaves: LeafTypes;
	readonly #inputs: InputTypes;
	readonly #filters: FilterTypes;
	readonly #orders: OrderTypes;
	readonly #aggregates: AggregateTypes;
	readonly #rows = new Map<TableModel, GraphQLObjectType>();

	constructor(model: DataModel, limits: { readonly defaultLimit: number; readonly maxLimit: number }) {
		this.#model = model;
		this.#limits = limits;
		this.#leaves = new LeafTypes(model);
		this.#inputs = new InputTypes(this.#leaves);
		this.#filters = new FilterTypes(model, this.#leaves);
		this.#orders = new OrderTypes(model);
		const { leaves, filters } = { leaves: this.#leaves, filters: this.#filters };
		this.#aggregates = new AggregateTypes({ model, limits, leaves, filters });
	}

	async build(): Promise<GraphQLSchema> {
		const { tables, queries, mutations } = this.#model;
		const mutation = mutations.size === 0 ? null : await this.#rootType("Mutation", mutations);
		const query = await this.#rootType("Query", queries);
		const types = [...tables.values()].map((table) => this.#rowType(table));
		await settleTypes([query, ...(mutation === null ? [] : [mutation]), ...types]);
		return new GraphQLSchema({ query, mutation, types });
	}

	async #rootType(name: string, root: ReadonlyMap<string, RootField>): Promise<GraphQLObjectType> {
		const turn = takeTurns();
		const fields: GraphQLFieldConfigMap<unknown, unknown> = {};
		for (const [fieldName, field] of root) {
			fields[fieldName] = this.#rootField(field);
			await turn();
		}
		return new GraphQLObjectType({ name, fields });
	}

	#rootField(field: RootField): GraphQLFieldConfig<unknown, unknown> {
		if (field.kind === "routine") return this.#routine(field.routine);
		const row = this.#rowType(field.table);
		const { table } = field;
		switch (field.kind) {
			case "list":
				return {
					type: listOf(row),
					args: this.#listArguments(table),
					description: table.description ?? `Rows of \`${table.table.name}\`.`,
				};
			case "connection": {
				const { where, orderBy } = this.#listArguments(table);
				const args = { ...(where && { where }), ...(orderBy && { orderBy }) };
				return connectionField(table, { row, args, limits: this.#limits });
			}
			case "aggregate":
				return {
					type: this.#aggregates.type(table),
					args: this.#aggregates.args(table),
					description: `Rows of \`${table.table.name}\` in numbers: of all that match, or of each group.`,
				};
			case "byKey":
				return {
					type: row,
					args: this.#keyArguments(field.key.columns),
					description: `The ${row.name} with this key.`,
				};
			case "create":
				return {
					type: new GraphQLNonNull(row),
					args: { input: { type: new GraphQLNonNull(this.#inputs.input(table)) } },
					description: `Creates a ${row.name}.`,
				};
			case "updateByKey":
				return {
					type: row,
					args: {
						...this.#keyArguments(field.key.columns),
						patch: { type: new GraphQLNonNull(this.#inputs.patch(table)) },
					},
					description: `Changes the ${row.name} with this key; null when there is none.`,
				};
			case "deleteByKey":
				return {
					type: row,
					args: this.#keyArguments(field.key.columns),
					description: `Deletes the ${row.name} with this key and gives what it was; null when there was none.`,
				};
			case "createMany":
			case "updateMany":
			case "deleteMany":
				return bulkWriteField(field, {
					row,
					inputs: this.#inputs,
					filters: this.#filters,
					maxLimit: this.#limits.maxLimit,
				});
		}
	}

	#routine(routine: RoutineModel): GraphQLFieldConfig<unknown, unknown> {
		const { rows } = routine;
		const row = rows === null ? null : this.#rowType(rows);
		const page = rows === null ? this.#sliceArguments() : this.#listArguments(rows);
		return routineField(routine, { leaves: this.#leaves, row, page });
	}

	#rowType(table: TableModel): GraphQLObjectType {
		const known = this.#rows.get(table);
		if (known !== undefined) return known;
		const type = new GraphQLObjectType({
			name: table.typeName,
			description: table.description,
			fields: () =>
				Object.fromEntries([
					...[...table.fields].flatMap(([name, field]) =>
						isShown(field) ? [[name, this.#field(field)] as const] : [],
					),
					...[...table.aggregates].map(([name, relation]) => [name, this.#aggregate(relation)] as const),
				]),
		});
		this.#rows.set(table, type);
		return type;
	}

	#aggregate(relation: RelationModel): GraphQLFieldConfig<Row, unknown> {
		const target = targetOf(this.#model, relation);
		return {
			type: this.#aggregates.type(target),
			args: this.#aggregates.args(target),
			description: `\`${relation.name}\` in numbers.`,
			resolve: readByResponseKey,
		};
	}

	#field(field: ColumnModel | RelationModel): GraphQLFieldConfig<Row, unknown> {
		if (field.kind === "column") {
			const type = columnOutputType(this.#leaves, field.column);
			return { type, description: field.column.comment, resolve: readByResponseKey };
		}
		const target = targetOf(this.#model, field);
		const row = this.#rowType(target);
		const shape: { type: GraphQLOutputType; args?: GraphQLFieldConfigArgumentMap } =
			field.cardinality === "one" ? { type: row } : { type: listOf(row), args: this.#listArguments(target) };
		return { ...shape, description: field.description, resolve: readByResponseKey };
	}

	#listArguments(table: TableModel): GraphQLFieldConfigArgumentMap {
		const order = this.#orders.of(table);
		return {
			where: { type: this.#filters.of(table) },
			...(order === null ? {} : { orderBy: { type: new GraphQLList(new GraphQLNonNull(order)) } }),
			...this.#sliceArguments(),
		};
	}

	#sliceArguments(): GraphQLFieldConfigArgumentMap {
		const { defaultLimit, maxLimit } = this.#limits;
		return {
			limit: { type: GraphQLInt, description: `At most ${maxLimit}; ${defaultLimit} when left out.` },
			offset: { type: GraphQLInt, description: "Rows to skip." },
		};
	}

	#keyArguments(columns: readonly ColumnModel[]): GraphQLFieldConfigArgumentMap {
		return Object.fromEntries(
			columns.map(({ name, column }) => [name, { type: new GraphQLNonNull(this.#leaves.input(column.type)) }]),
		);
	}
}

/** A column that may only be written is in inputs alone. */
function isShown(field: ColumnModel | RelationModel): boolean {
	return field.kind === "relation" || field.column.selectable;
}

function listOf(row: GraphQLObjectType): GraphQLNonNull<GraphQLList<GraphQLNonNull<GraphQLObjectType>>> {
	return new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(row)));
}
