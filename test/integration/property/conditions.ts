// Random filters and orders over a model: what lists, connections and relations have in common.
import * as fc from "fast-check";
import { getNamedType, isInputObjectType } from "graphql";
import {
	type ColumnModel,
	type RelationModel,
	type TableModel,
	tableKey,
	targetOf,
} from "../../../src/schema/model.ts";
import { type Comparison, comparisons, type Direction, type Filter, type Order, type Value } from "./question.ts";
import type { QuestionsInput } from "./questions.ts";

/** Relations that a filter asks about further and further on, and that an order goes along. */
const filterDepth = 2;
const orderDepth = 2;

const regexes: readonly Value[] = ["^A", "o+", "[B-D]", "1|2", "\\.$"].map((text) => ({ sql: text, graphql: text }));
/** Every direction of an order. */
export const directions: readonly Direction[] = [
	"ASC",
	"DESC",
	"ASC_NULLS_FIRST",
	"ASC_NULLS_LAST",
	"DESC_NULLS_FIRST",
	"DESC_NULLS_LAST",
];

export class Conditions {
	readonly #input: QuestionsInput;
	readonly #filters = new Map<string, fc.Arbitrary<Filter>>();

	constructor(input: QuestionsInput) {
		this.#input = input;
	}

	filter(table: TableModel): fc.Arbitrary<Filter> {
		return this.#filter(table, filterDepth);
	}

	/** Without a key, every column that can be ordered by takes part, or the order would be the database's whim. */
	order(table: TableModel): fc.Arbitrary<Order[]> {
		const orders = this.#orders(table, orderDepth);
		if (orders.length === 0) return fc.constant([]);
		const asked = fc.array(
			fc.record({ order: fc.constantFrom(...orders), direction: fc.constantFrom(...directions) }),
			{
				maxLength: 3,
			},
		);
		const own = orders.filter(({ via }) => via.length === 0).map((order): Order => ({ ...order, direction: "ASC" }));
		return asked.map((list) => [
			...list.map(({ order, direction }): Order => ({ ...order, direction })),
			...(table.tieBreak.length > 0 ? [] : own),
		]);
	}

	#orders(table: TableModel, depth: number): Omit<Order, "direction">[] {
		const own = columnsOf(table)
			.filter((column) => this.#operators(table, column).includes("lt"))
			.map((column) => ({ via: [], column }));
		if (depth === 0) return own;
		const further = relationsOf(table)
			.filter((relation) => relation.cardinality === "one" && this.#canBeProbed(relation))
			.flatMap((relation) => {
				const target = targetOf(this.#input.model, relation);
				return this.#orders(target, depth - 1).map(({ via, column }) => ({
					via: [{ relation, target }, ...via],
					column,
				}));
			});
		return [...own, ...further];
	}

	#filter(table: TableModel, depth: number): fc.Arbitrary<Filter> {
		const name = JSON.stringify([tableKey(table.table), depth]);
		const known = this.#filters.get(name);
		if (known !== undefined) return known;
		const leaves = columnsOf(table).flatMap((column) => this.#leaves(table, column));
		const relations = depth === 0 ? [] : relationsOf(table).filter((relation) => this.#canBeProbed(relation));
		const { filter }: { filter: fc.Arbitrary<Filter> } = fc.letrec<{ filter: Filter }>((tie) => ({
			filter: fc.oneof(
				{ depthSize: "small", withCrossShrink: true },
				{ weight: 5, arbitrary: fc.oneof(...leaves) },
				...(relations.length === 0
					? []
					: [{ weight: 3, arbitrary: fc.oneof(...relations.map((relation) => this.#related(relation, depth))) }]),
				{ weight: 1, arbitrary: fc.record({ kind: fc.constant("not" as const), part: tie("filter") }) },
				{
					weight: 2,
					arbitrary: fc.record({
						kind: fc.constantFrom("and" as const, "or" as const),
						parts: fc.array(tie("filter"), { maxLength: 3 }),
					}),
				},
			),
		}));
		this.#filters.set(name, filter);
		return filter;
	}

	/** PostgREST asks for every column of the one row that a filter, or a cursor, looks at: all of them have to be granted. */
	#canBeProbed(relation: RelationModel): boolean {
		return (
			relation.cardinality === "many" ||
			targetOf(this.#input.model, relation).table.columns.every(({ selectable }) => selectable)
		);
	}

	#related(relation: RelationModel, depth: number): fc.Arbitrary<Filter> {
		const target = targetOf(this.#input.model, relation);
		const part: fc.Arbitrary<Filter | null> = fc.option(this.#filter(target, depth - 1), { freq: 6 });
		return fc.record({
			kind: fc.constant("related" as const),
			relation: fc.constant(relation),
			target: fc.constant(target),
			quantifier:
				relation.cardinality === "one"
					? fc.constant(null)
					: fc.constantFrom("some" as const, "none" as const, "every" as const),
			part,
		});
	}

	#leaves(table: TableModel, column: ColumnModel): fc.Arbitrary<Filter>[] {
		const values = this.values(column);
		const operators = this.#operators(table, column);
		const compare = operators.filter((operator): operator is Comparison => operator in comparisons);
		const isRegex = (operator: Comparison) => operator === "regex" || operator === "iregex";
		const leaves: fc.Arbitrary<Filter>[] = [];
		const comparing = (operators: readonly Comparison[], operands: readonly Value[]) => {
			if (operators.length === 0 || operands.length === 0) return;
			leaves.push(
				fc.record({
					kind: fc.constant("compare" as const),
					column: fc.constant(column),
					operator: fc.constantFrom(...operators),
					value: fc.constantFrom(...operands),
				}),
			);
		};
		comparing(
			compare.filter((operator) => !isRegex(operator)),
			values,
		);
		comparing(compare.filter(isRegex), regexes);
		if (values.length > 0 && operators.includes("in"))
			leaves.push(
				fc.record({
					kind: fc.constant("in" as const),
					column: fc.constant(column),
					values: fc.array(fc.constantFrom(...values), { maxLength: 4 }),
				}),
			);
		if (operators.includes("isNull"))
			leaves.push(
				fc.record({ kind: fc.constant("isNull" as const), column: fc.constant(column), isNull: fc.boolean() }),
			);
		return leaves;
	}

	values(column: ColumnModel): readonly Value[] {
		return this.#input.facts.values.get(column) ?? [];
	}

	/** The operators that the schema offers for a column; none for one that filters do not know or callers may not read. */
	#operators(table: TableModel, column: ColumnModel): readonly string[] {
		if (!this.#input.facts.values.has(column)) return [];
		const query = this.#input.schema.getQueryType()?.getFields()[table.listField];
		const filter = getNamedType(query?.args.find(({ name }) => name === "where")?.type);
		const field = isInputObjectType(filter) ? filter.getFields()[column.name] : undefined;
		const operators = getNamedType(field?.type);
		return isInputObjectType(operators) ? Object.keys(operators.getFields()) : [];
	}
}

export function columnsOf(table: TableModel): ColumnModel[] {
	return [...table.fields.values()].filter((field) => field.kind === "column");
}

export function relationsOf(table: TableModel): RelationModel[] {
	return [...table.fields.values()].filter((field) => field.kind === "relation");
}
