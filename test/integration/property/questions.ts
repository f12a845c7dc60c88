// Random questions over a model, as fast-check arbitraries: a difference shrinks to the smallest question that shows it.
import * as fc from "fast-check";
import { type GraphQLSchema, getNamedType, isInputObjectType } from "graphql";
import {
	type ColumnModel,
	type DataModel,
	type RelationModel,
	type TableModel,
	tableKey,
} from "../../../src/schema/model.ts";
import type { Facts } from "./facts.ts";
import {
	type Comparison,
	comparisons,
	type Direction,
	type Filter,
	type Item,
	type Order,
	type Page,
	type Question,
	type Root,
	type Value,
} from "./question.ts";

export interface QuestionsInput {
	readonly model: DataModel;
	readonly schema: GraphQLSchema;
	readonly facts: Facts;
	/** Relations below a root field, at most. */
	readonly depth: number;
}

/** Relations that a filter asks about further and further on, and that an order goes along. */
const filterDepth = 2;
const orderDepth = 2;

const regexes: readonly Value[] = ["^A", "o+", "[B-D]", "1|2", "\\.$"].map((text) => ({ sql: text, graphql: text }));
const directions: readonly Direction[] = [
	"ASC",
	"DESC",
	"ASC_NULLS_FIRST",
	"ASC_NULLS_LAST",
	"DESC_NULLS_FIRST",
	"DESC_NULLS_LAST",
];

/** Every question that the model allows, up to a size. */
export function questions(input: QuestionsInput): fc.Arbitrary<Question> {
	const roots = new Questions(input).roots();
	return fc.record({
		tenant: fc.constantFrom("acme" as const, "globex" as const),
		roots: fc.array(roots, { minLength: 1, maxLength: 2 }),
		bound: fc.boolean(),
	});
}

class Questions {
	readonly #input: QuestionsInput;
	readonly #items = new Map<string, fc.Arbitrary<Item[]>>();
	readonly #pages = new Map<string, fc.Arbitrary<Page>>();
	readonly #filters = new Map<string, fc.Arbitrary<Filter>>();

	constructor(input: QuestionsInput) {
		this.#input = input;
	}

	roots(): fc.Arbitrary<Root> {
		const tables = [...this.#input.model.tables.values()].filter(({ ofRoutine }) => !ofRoutine);
		return fc.oneof(
			...tables.map((table) => ({ weight: 1, arbitrary: this.#list(table, 0) })),
			...tables.map((table) => ({ weight: 4, arbitrary: this.#list(table, this.#input.depth) })),
			...tables.flatMap((table) => this.#byKey(table).map((arbitrary) => ({ weight: 1, arbitrary }))),
		);
	}

	#list(table: TableModel, depth: number): fc.Arbitrary<Root> {
		return fc.record({
			kind: fc.constant("list" as const),
			table: fc.constant(table),
			page: this.#page(table, depth),
			items: this.#itemsOf(table, depth),
		});
	}

	#byKey(table: TableModel): fc.Arbitrary<Root>[] {
		return table.keys.flatMap((key) => {
			const values = key.columns.map((column) => this.#values(column));
			if (values.some((each) => each.length === 0)) return [];
			return [
				fc.record({
					kind: fc.constant("byKey" as const),
					table: fc.constant(table),
					key: fc.constant(key),
					values: fc.tuple(...values.map((each) => fc.constantFrom(...each))),
					items: this.#itemsOf(table, this.#input.depth),
				}),
			];
		});
	}

	#itemsOf(table: TableModel, depth: number): fc.Arbitrary<Item[]> {
		const name = JSON.stringify([tableKey(table.table), depth]);
		const known = this.#items.get(name);
		if (known !== undefined) return known;
		const columns = columnsOf(table).filter((column) => this.#input.facts.values.has(column));
		const relations = depth === 0 ? [] : relationsOf(table);
		const one = fc.oneof(
			{ weight: 6, arbitrary: fc.constantFrom(...columns).map((column): Item => ({ kind: "column", column })) },
			{ weight: 1, arbitrary: fc.constant<Item>({ kind: "typename" }) },
			...(relations.length === 0
				? []
				: [{ weight: 6, arbitrary: fc.oneof(...relations.map((relation) => this.#relation(relation, depth))) }]),
		);
		const items = fc.array(one, { minLength: 1, maxLength: 5 });
		this.#items.set(name, items);
		return items;
	}

	#relation(relation: RelationModel, depth: number): fc.Arbitrary<Item> {
		const target = this.#target(relation);
		return fc.record({
			kind: fc.constant("relation" as const),
			relation: fc.constant(relation),
			target: fc.constant(target),
			page: relation.cardinality === "one" ? fc.constant(null) : this.#page(target, depth - 1),
			items: this.#itemsOf(target, depth - 1),
		});
	}

	/** What has relations below it has a limit, or a query could grow to millions of rows. */
	#page(table: TableModel, depth: number): fc.Arbitrary<Page> {
		const name = JSON.stringify([tableKey(table.table), depth === 0]);
		const known = this.#pages.get(name);
		if (known !== undefined) return known;
		const limit = fc.integer({ min: 0, max: 5 });
		const page = fc.record({
			where: fc.option(this.#filter(table, filterDepth), { freq: 2 }),
			order: this.#order(table),
			limit: depth === 0 ? fc.option(limit, { freq: 2 }) : limit,
			offset: fc.option(fc.integer({ min: 0, max: 3 }), { freq: 1 }),
		});
		this.#pages.set(name, page);
		return page;
	}

	/** Without a key, every column that can be ordered by takes part, or the order would be the database's whim. */
	#order(table: TableModel): fc.Arbitrary<Order[]> {
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
			.filter(({ cardinality }) => cardinality === "one")
			.flatMap((relation) => {
				const target = this.#target(relation);
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
		const relations = depth === 0 ? [] : relationsOf(table);
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

	#related(relation: RelationModel, depth: number): fc.Arbitrary<Filter> {
		const target = this.#target(relation);
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

	#target(relation: RelationModel): TableModel {
		const target = this.#input.model.tables.get(tableKey(relation.target));
		if (target === undefined) throw new Error("a relation leads to nothing");
		return target;
	}

	#leaves(table: TableModel, column: ColumnModel): fc.Arbitrary<Filter>[] {
		const values = this.#values(column);
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

	#values(column: ColumnModel): readonly Value[] {
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

function columnsOf(table: TableModel): ColumnModel[] {
	return [...table.fields.values()].filter((field) => field.kind === "column");
}

function relationsOf(table: TableModel): RelationModel[] {
	return [...table.fields.values()].filter((field) => field.kind === "relation");
}
