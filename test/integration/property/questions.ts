// Random questions over a model, as fast-check arbitraries: a difference shrinks to the smallest question that shows it.
import * as fc from "fast-check";
import type { GraphQLSchema } from "graphql";
import { type DataModel, type RelationModel, type TableModel, tableKey, targetOf } from "../../../src/schema/model.ts";
import { Aggregates } from "./aggregates.ts";
import { Conditions, columnsOf, relationsOf } from "./conditions.ts";
import type { Facts } from "./facts.ts";
import type { Filter, Item, Page, Question, Root } from "./question.ts";

export interface QuestionsInput {
	readonly model: DataModel;
	readonly schema: GraphQLSchema;
	readonly facts: Facts;
	/** Relations below a root field, at most. */
	readonly depth: number;
}

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
	readonly #conditions: Conditions;
	readonly #aggregates: Aggregates;
	readonly #items = new Map<string, fc.Arbitrary<Item[]>>();
	readonly #pages = new Map<string, fc.Arbitrary<Page>>();

	constructor(input: QuestionsInput) {
		this.#input = input;
		this.#conditions = new Conditions(input);
		this.#aggregates = new Aggregates(input, this.#conditions);
	}

	roots(): fc.Arbitrary<Root> {
		const tables = [...this.#input.model.tables.values()].filter(({ ofRoutine }) => !ofRoutine);
		return fc.oneof(
			...tables.map((table) => ({ weight: 1, arbitrary: this.#list(table, 0) })),
			...tables.map((table) => ({ weight: 4, arbitrary: this.#list(table, this.#input.depth) })),
			...tables.flatMap((table) => this.#connection(table).map((arbitrary) => ({ weight: 3, arbitrary }))),
			...tables.flatMap((table) => this.#aggregate(table).map((arbitrary) => ({ weight: 3, arbitrary }))),
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

	/** Not of a table without a key: its cursors would need an order that is total. */
	#connection(table: TableModel): fc.Arbitrary<Root>[] {
		if (table.connectionField === null || table.tieBreak.length === 0) return [];
		const where: fc.Arbitrary<Filter | null> = fc.option(this.#conditions.filter(table), { freq: 2 });
		return [
			fc.record({
				kind: fc.constant("connection" as const),
				table: fc.constant(table),
				field: fc.constant(table.connectionField),
				where,
				order: this.#conditions.order(table),
				size: fc.integer({ min: 1, max: 7 }),
				backward: fc.boolean(),
				items: this.#itemsOf(table, 1),
				from: fc.constant(null),
			}),
		];
	}

	#aggregate(table: TableModel): fc.Arbitrary<Root>[] {
		const { aggregateField } = table;
		if (aggregateField === null) return [];
		const kind = fc.constant("aggregate" as const);
		return [fc.record({ kind, aggregate: this.#aggregates.of(table, aggregateField) })];
	}

	#byKey(table: TableModel): fc.Arbitrary<Root>[] {
		return table.keys.flatMap((key) => {
			const values = key.columns.map((column) => this.#conditions.values(column));
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
		const aggregates = depth === 0 ? [] : [...table.aggregates];
		const one = fc.oneof(
			{ weight: 6, arbitrary: fc.constantFrom(...columns).map((column): Item => ({ kind: "column", column })) },
			{ weight: 1, arbitrary: fc.constant<Item>({ kind: "typename" }) },
			...(relations.length === 0
				? []
				: [{ weight: 6, arbitrary: fc.oneof(...relations.map((relation) => this.#relation(relation, depth))) }]),
			...(aggregates.length === 0
				? []
				: [
						{ weight: 2, arbitrary: fc.oneof(...aggregates.map(([field, relation]) => this.#beside(relation, field))) },
					]),
		);
		const items = fc.array(one, { minLength: 1, maxLength: 5 });
		this.#items.set(name, items);
		return items;
	}

	#relation(relation: RelationModel, depth: number): fc.Arbitrary<Item> {
		const target = targetOf(this.#input.model, relation);
		return fc.record({
			kind: fc.constant("relation" as const),
			relation: fc.constant(relation),
			target: fc.constant(target),
			page: relation.cardinality === "one" ? fc.constant(null) : this.#page(target, depth - 1),
			items: this.#itemsOf(target, depth - 1),
		});
	}

	/** The aggregate that stands beside a to-many relation. */
	#beside(relation: RelationModel, field: string): fc.Arbitrary<Item> {
		return fc.record({
			kind: fc.constant("aggregate" as const),
			relation: fc.constant(relation),
			aggregate: this.#aggregates.of(targetOf(this.#input.model, relation), field),
		});
	}

	/** What has relations below it has a limit, or a query could grow to millions of rows. */
	#page(table: TableModel, depth: number): fc.Arbitrary<Page> {
		const name = JSON.stringify([tableKey(table.table), depth === 0]);
		const known = this.#pages.get(name);
		if (known !== undefined) return known;
		const limit = fc.integer({ min: 0, max: 5 });
		const page = fc.record({
			where: fc.option(this.#conditions.filter(table), { freq: 2 }),
			order: this.#conditions.order(table),
			limit: depth === 0 ? fc.option(limit, { freq: 2 }) : limit,
			offset: fc.option(fc.integer({ min: 0, max: 3 }), { freq: 1 }),
		});
		this.#pages.set(name, page);
		return page;
	}
}
