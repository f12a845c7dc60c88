// Takes a question, gives for each root field the SQL of the expected answer as one JSON value. Written from what the
// GraphQL API promises, with sub-selects and EXISTS: it shares nothing with planning and compiling but the names.
import { escapeIdentifier, escapeLiteral } from "pg";
import type { ColumnType } from "../../../src/schema/catalog.ts";
import { enumNames } from "../../../src/schema/enum-names.ts";
import {
	type ColumnModel,
	type DataModel,
	type RelationModel,
	type TableModel,
	tableKey,
} from "../../../src/schema/model.ts";
import {
	type Aggregate,
	type Computed,
	type Connection,
	comparisons,
	computations,
	type Filter,
	type Item,
	type Order,
	type Page,
	type Question,
	responseKeys,
} from "./question.ts";

/** @param defaultLimit rows of a list without a limit */
export function toSql(question: Question, model: DataModel, defaultLimit: number): readonly string[] {
	return question.roots.map((root) => {
		const writer = new Writer(model, defaultLimit);
		if (root.kind === "aggregate") return writer.aggregate(root.aggregate, null);
		if (root.kind === "connection") return writer.connection(root);
		if (root.kind === "list")
			return writer.list({ table: root.table, page: root.page, items: root.items, joined: null });
		return writer.one({
			...root,
			joined: (row) =>
				root.key.columns
					.map(
						({ column }, index) =>
							`${row}.${escapeIdentifier(column.name)} = ${escapeLiteral(root.values[index]?.sql ?? "")}`,
					)
					.join(" and "),
		});
	});
}

interface Rows {
	readonly table: TableModel;
	readonly items: readonly Item[];
	/** What ties a row to the row above it. */
	readonly joined: ((row: string) => string) | null;
}

class Writer {
	readonly #model: DataModel;
	readonly #defaultLimit: number;
	#rows = 0;

	constructor(model: DataModel, defaultLimit: number) {
		this.#model = model;
		this.#defaultLimit = defaultLimit;
	}

	list({ table, page, items, joined }: Rows & { readonly page: Page }): string {
		const row = this.#newRow();
		const order = this.#orderOf(row, table, page.order);
		const sorted = order === "" ? "" : `order by ${order}`;
		const conditions = [
			joined === null ? "true" : joined(row),
			page.where === null ? "true" : this.#filter(row, table, page.where),
		];
		return `(select coalesce(json_agg(found.item order by found.place), '[]') from (
			select ${this.#object(row, table, items)} as item, row_number() over (${sorted}) as place
			from ${relation(table)} ${row} where ${conditions.map((each) => `(${each})`).join(" and ")}
			${sorted} limit ${page.limit ?? this.#defaultLimit} offset ${page.offset ?? 0}) found)`;
	}

	/** Backwards, the rows are those of the order turned round, and come in the order itself. */
	connection({ table, items, where, order, size, backward, from }: Connection): string {
		const row = this.#newRow();
		const sorted = this.#orderOf(row, table, order);
		const matching = `from ${relation(table)} ${row} where ${where === null ? "true" : this.#filter(row, table, where)}`;
		const skipped = from?.skipped ?? 0;
		const first = backward ? `total - ${skipped + size}` : `${skipped}`;
		const last = backward ? `total - ${skipped}` : `${skipped + size}`;
		return `(select json_build_object(
			'nodes', coalesce(json_agg(item order by place) filter (where place > ${first} and place <= ${last}), '[]'),
			'totalCount', count(*),
			'more', count(*) > ${skipped + size})
			from (select ${this.#object(row, table, items)} as item, row_number() over (order by ${sorted}) as place, count(*) over () as total ${matching}) as all_rows)`;
	}

	/** The groups' keys and the values to compute come first, row by row; then rows are grouped by them. */
	aggregate(
		{ table, where, groups, directions, limit, computed }: Aggregate,
		joined: ((row: string) => string) | null,
	): string {
		const row = this.#newRow();
		const keys = groups.map(({ relation, column }, index) => {
			const via = relation === null ? [] : [{ relation, target: this.#targetOf(relation) }];
			return `${this.#reach(row, table, via, column)} as g${index}`;
		});
		const values = computed.map(({ column }, index) => `${columnOf(row, column)} as c${index}`);
		const members = computations.flatMap((called) => {
			const fields = computed.flatMap((each, index) =>
				each.called === called ? [escapeLiteral(each.column.name), computedOutput(each, `c${index}`)] : [],
			);
			return fields.length === 0 ? [] : [`'${called}'`, `json_build_object(${fields.join(", ")})`];
		});
		const key = groups.flatMap(({ name, column }, index) => [
			escapeLiteral(name),
			output(`g${index}`, column.column.type),
		]);
		if (groups.length > 0) members.push("'key'", `json_build_object(${key.join(", ")})`);
		const names = groups.map((_, index) => `g${index}`);
		const order = names.map((name, index) => `${name} ${(directions[index] ?? "ASC").replaceAll("_", " ")}`);
		const conditions = [joined?.(row) ?? "true", where === null ? "true" : this.#filter(row, table, where)];
		const grouped = groups.length === 0 ? "" : `group by ${names.join(", ")} order by ${order.join(", ")}`;
		return `(select coalesce(json_agg(found.item order by found.place), '[]') from (
			select json_build_object('count', count(*)${["", ...members].join(", ")}) as item,
			row_number() over (${groups.length === 0 ? "" : `order by ${order.join(", ")}`}) as place
			from (select ${[...keys, ...values, "1 as one"].join(", ")} from ${relation(table)} ${row}
				where ${conditions.map((each) => `(${each})`).join(" and ")}) as all_rows
			${grouped} limit ${limit ?? this.#defaultLimit}) found)`;
	}

	one({ table, items, joined }: Rows): string {
		const row = this.#newRow();
		return `(select ${this.#object(row, table, items)} from ${relation(table)} ${row} where ${joined?.(row) ?? "true"})`;
	}

	#targetOf({ target }: RelationModel): TableModel {
		const found = this.#model.tables.get(tableKey(target));
		if (found === undefined) throw new Error("the target of a relation is not exposed");
		return found;
	}

	#newRow(): string {
		this.#rows += 1;
		return `t${this.#rows}`;
	}

	#object(row: string, table: TableModel, items: readonly Item[]): string {
		const members = responseKeys(items).flatMap(([key, item]) => [escapeLiteral(key), this.#member(row, table, item)]);
		return `json_build_object(${members.join(", ")})`;
	}

	#member(row: string, table: TableModel, item: Item): string {
		switch (item.kind) {
			case "aggregate":
				return this.aggregate(item.aggregate, this.#join(row, table, item.relation));
			case "column":
				return output(columnOf(row, item.column), item.column.column.type);
			case "typename":
				return escapeLiteral(table.typeName);
			case "relation": {
				const joined = this.#join(row, table, item.relation);
				const { target, items } = item;
				return item.page === null
					? this.one({ table: target, items, joined })
					: this.list({ table: target, items, joined, page: item.page });
			}
		}
	}

	/** The condition between a row and one of a relation's, from the catalog's foreign keys. */
	#join(from: string, table: TableModel, { via, target, cardinality }: RelationModel): (row: string) => string {
		const owner = this.#model.tables.get(tableKey(via.kind === "foreignKey" ? via.owner : via.table));
		if (owner === undefined) throw new Error("the table of a relation is not exposed");
		const keys = owner.table.foreignKeys;
		if (via.kind === "joinTable") {
			const link = this.#newRow();
			const here = keys.find((key) => tableKey(key.target) === tableKey(table.table));
			const there = keys.find((key) => tableKey(key.target) === tableKey(target));
			if (here === undefined || there === undefined) throw new Error("a join table lacks a key");
			return (row) =>
				`exists (select from ${relation(owner)} ${link} where ${equal(link, here.columns, from, here.targetColumns)} and ${equal(link, there.columns, row, there.targetColumns)})`;
		}
		const key = keys.find(({ constraint }) => constraint === via.constraint);
		if (key === undefined) throw new Error(`there is no key ${via.constraint}`);
		const self = tableKey(owner.table) === tableKey(key.target);
		const forward = self ? cardinality === "one" : tableKey(owner.table) === tableKey(table.table);
		return (row) =>
			forward ? equal(from, key.columns, row, key.targetColumns) : equal(row, key.columns, from, key.targetColumns);
	}

	/** What was asked for, then the primary key. */
	#orderOf(row: string, table: TableModel, asked: readonly Order[]): string {
		const named = new Set(asked.flatMap(({ via, column }) => (via.length === 0 ? column.column.name : [])));
		const primary = table.table.keys.find((key) => key.primary)?.columns ?? [];
		const rest = table.table.columns.filter(({ name }) => primary.includes(name) && !named.has(name));
		return [
			...asked.map(
				(order) => `${this.#reach(row, table, order.via, order.column)} ${order.direction.replaceAll("_", " ")}`,
			),
			...rest.map(({ name }) => `${row}.${escapeIdentifier(name)}`),
		].join(", ");
	}

	/** A column of the row that to-one relations lead to. */
	#reach(row: string, table: TableModel, [step, ...further]: Order["via"], column: ColumnModel): string {
		if (step === undefined) return columnOf(row, column);
		const next = this.#newRow();
		const joined = this.#join(row, table, step.relation);
		return `(select ${this.#reach(next, step.target, further, column)} from ${relation(step.target)} ${next} where ${joined(next)})`;
	}

	#related(row: string, table: TableModel, filter: Extract<Filter, { kind: "related" }>): string {
		const other = this.#newRow();
		const joined = this.#join(row, table, filter.relation)(other);
		const condition = filter.part === null ? "true" : this.#filter(other, filter.target, filter.part);
		const found = (wanted: string) =>
			`exists (select from ${relation(filter.target)} ${other} where ${joined} and (${wanted}))`;
		if (filter.quantifier === "every") return `not ${found(`not (${condition})`)}`;
		return filter.quantifier === "none" ? `not ${found(condition)}` : found(condition);
	}

	#filter(row: string, table: TableModel, filter: Filter): string {
		switch (filter.kind) {
			case "and":
				return filter.parts.length === 0
					? "true"
					: filter.parts.map((part) => `(${this.#filter(row, table, part)})`).join(" and ");
			case "or":
				return filter.parts.length === 0
					? "false"
					: filter.parts.map((part) => `(${this.#filter(row, table, part)})`).join(" or ");
			case "not":
				return `not (${this.#filter(row, table, filter.part)})`;
			case "compare":
				return `${columnOf(row, filter.column)} ${comparisons[filter.operator]} ${escapeLiteral(filter.value.sql)}`;
			case "in":
				if (filter.values.length === 0) return "false";
				return `${columnOf(row, filter.column)} in (${filter.values.map(({ sql }) => escapeLiteral(sql)).join(", ")})`;
			case "isNull":
				return `${columnOf(row, filter.column)} is ${filter.isNull ? "" : "not "}null`;
			case "related":
				return this.#related(row, table, filter);
		}
	}
}

/** A column of a row, or what a function computes from the row. */
export function columnOf(row: string, { column, routine }: ColumnModel): string {
	if (routine === null) return `${row}.${escapeIdentifier(column.name)}`;
	return `${escapeIdentifier(routine.schema)}.${escapeIdentifier(routine.name)}(${row})`;
}

function relation({ table }: TableModel): string {
	return `${escapeIdentifier(table.schema)}.${escapeIdentifier(table.name)}`;
}

function equal(one: string, columns: readonly string[], other: string, others: readonly string[]): string {
	return columns
		.map((column, index) => `${one}.${escapeIdentifier(column)} = ${other}.${escapeIdentifier(others[index] ?? "")}`)
		.join(" and ");
}

/** Types whose JSON would lose digits, or has none of its own. */
const asText = new Set(["int8", "oid", "numeric", "inet", "cidr", "macaddr", "macaddr8", "bit", "varbit", "money"]);

function output(expression: string, type: ColumnType): string {
	if (type.kind === "enum") {
		const names = enumNames(type.labels);
		const cases = type.labels.map((label) => `when ${escapeLiteral(label)} then ${escapeLiteral(names[label] ?? "")}`);
		return `case ${expression} ${cases.join(" ")} end`;
	}
	if (type.kind === "scalar" && asText.has(type.name)) return `${expression}::text`;
	return `to_json(${expression})`;
}

/** Sums and averages are text of every digit, the least and the greatest value look as in the column. */
function computedOutput({ called, column }: Computed, value: string): string {
	const computed = `${called}(${value})`;
	return called === "min" || called === "max" ? output(computed, column.column.type) : `${computed}::text`;
}
