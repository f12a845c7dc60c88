// Random aggregates over a model, at a root field or beside a to-many relation.
import * as fc from "fast-check";
import { getNamedType, isObjectType } from "graphql";
import { type GroupColumn, groupColumnsOf } from "../../../src/schema/group-columns.ts";
import type { ColumnModel, TableModel } from "../../../src/schema/model.ts";
import { type Conditions, columnsOf, directions } from "./conditions.ts";
import { type Aggregate, type Computed, computations, type Filter } from "./question.ts";
import type { QuestionsInput } from "./questions.ts";

/** Types with values that are equal and look different: which of them stands for a group is the database's whim. */
const equalsOfManyForms: ReadonlySet<string> = new Set(["citext", "bpchar", "interval", "timetz"]);
/** Their sums depend on the order of the rows. */
const inexact: ReadonlySet<string> = new Set(["float4", "float8"]);

export class Aggregates {
	readonly #input: QuestionsInput;
	readonly #conditions: Conditions;

	constructor(input: QuestionsInput, conditions: Conditions) {
		this.#input = input;
		this.#conditions = conditions;
	}

	of(table: TableModel, field: string): fc.Arbitrary<Aggregate> {
		const where = this.#conditions.filter(table).filter((filter) => isAnswered(filter, true));
		const computed = this.#computed(table);
		const columns = [...groupColumnsOf(this.#input.model, table).values()].filter(({ column }) => hasOneForm(column));
		return fc
			.record({
				where: fc.option(where, { freq: 2 }),
				groups: fc.uniqueArray(columns.length === 0 ? fc.constant(null) : fc.constantFrom(...columns), {
					maxLength: 3,
				}),
				directions: fc.array(fc.constantFrom(...directions), { maxLength: 3 }),
				limit: fc.option(fc.integer({ min: 0, max: 6 }), { freq: 2 }),
				computed:
					computed.length === 0 ? fc.constant([]) : fc.uniqueArray(fc.constantFrom(...computed), { maxLength: 4 }),
			})
			.map(({ where, groups: drawn, directions, limit, computed }) => {
				const groups = drawn.filter((group): group is GroupColumn => group !== null);
				return {
					...{ table, field, where, groups, computed },
					directions: directions.slice(0, groups.length),
					limit: groups.length === 0 ? null : limit,
				};
			});
	}

	/** What the schema offers to compute. */
	#computed(table: TableModel): Computed[] {
		const query = this.#input.schema.getQueryType()?.getFields()[table.aggregateField ?? ""];
		const aggregate = getNamedType(query?.type);
		if (!isObjectType(aggregate)) return [];
		return computations.flatMap((called) => {
			const values = getNamedType(aggregate.getFields()[called]?.type);
			const offered = isObjectType(values) ? values.getFields() : {};
			return columnsOf(table)
				.filter((column) => column.name in offered)
				.filter((column) => (called === "sum" || called === "avg" ? isExact(column) : hasOneForm(column)))
				.map((column) => ({ called, column }));
		});
	}
}

const typeOf = ({ column: { type } }: ColumnModel): string => (type.kind === "scalar" ? type.name : type.kind);
const hasOneForm = (column: ColumnModel): boolean => !equalsOfManyForms.has(typeOf(column));
const isExact = (column: ColumnModel): boolean => !inexact.has(typeOf(column));

/**
 * Under `or` and `not`, related rows of related rows are refused, and so may be those of a table of which some columns
 * are not granted; `every` is a `not`.
 */
function isAnswered(filter: Filter, required: boolean): boolean {
	switch (filter.kind) {
		case "and":
			return filter.parts.every((part) => isAnswered(part, required));
		case "or":
			return filter.parts.every((part) => isAnswered(part, false));
		case "not":
			return isAnswered(filter.part, false);
		case "related":
			return (
				required ||
				(filter.target.table.columns.every(({ selectable }) => selectable) &&
					(filter.part === null || !asksFurther(filter.part)))
			);
		default:
			return true;
	}
}

function asksFurther(filter: Filter): boolean {
	switch (filter.kind) {
		case "and":
		case "or":
			return filter.parts.some(asksFurther);
		case "not":
			return asksFurther(filter.part);
		default:
			return filter.kind === "related";
	}
}
