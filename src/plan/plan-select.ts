// Takes a resolved selection and the variables, gives the select node: columns, type names and embedded relations in
// response order. The same selection with the same arguments in it is planned once.
import type { AggregateField } from "./aggregate-nodes.ts";
import { fitSelect } from "./fit-select.ts";
import type { EmbedField, SelectedField, SelectNode } from "./nodes.ts";
import { planAggregate } from "./plan-aggregate.ts";
import { planColumn } from "./plan-column.ts";
import { type PlanScope, planPage } from "./plan-page.ts";
import { relatedTable } from "./plan-where.ts";
import { readArguments } from "./read-arguments.ts";
import type { ArgumentSource, SelectedAggregates, SelectedItem, SelectedRelation, Selection } from "./selection.ts";

/**
 * What was planned of a selection, by the arguments in it: requests of one operation mostly differ in those of its root.
 * Nothing in it depends on who asks: cursors, which are a person's own, are arguments of roots.
 */
const planned = new WeakMap<Selection, Map<string, SelectNode>>();
/** Nodes kept for one selection, and the longest text of arguments to keep one by. */
const keptNodes = 16;
const keptLength = 500;

/** Plans a selection. @throws AppError BAD_USER_INPUT or LIMIT_EXCEEDED for an argument in it */
export function planSelect(selection: Selection, scope: PlanScope): SelectNode {
	const name = argumentsIn(selection, scope.variables);
	const nodes = planned.get(selection) ?? new Map<string, SelectNode>();
	const known = nodes.get(name);
	if (known !== undefined) return known;
	const fields = selection.items.map((item) => planItem(selection, item, scope));
	const made: SelectNode = Object.freeze({
		kind: "select",
		fields: Object.freeze(fields),
		presence: presenceColumn(selection, fields),
		verbatim: isVerbatim(fields),
	});
	const node = fitSelect(made, selection.table.table);
	if (name.length > keptLength) return node;
	if (nodes.size >= keptNodes) nodes.clear();
	planned.set(selection, nodes.set(name, node));
	return node;
}

/** Every argument in a selection that a variable touches, at any depth, as text. */
function argumentsIn({ dynamic, items }: Selection, variables: PlanScope["variables"]): string {
	if (!dynamic) return "";
	const textOf = (args: ArgumentSource) => (args.dynamic ? JSON.stringify(readArguments(args, variables)) : "");
	let text = "";
	for (const item of items) {
		switch (item.kind) {
			case "column":
			case "typename":
				break;
			case "relation":
				text += `${textOf(item.args)};${argumentsIn(item.selection, variables)};`;
				break;
			case "aggregates":
				text += `${textOf(item.args)};`;
				break;
			default:
				return item satisfies never;
		}
	}
	return text;
}

function planItem(selection: Selection, item: SelectedItem, scope: PlanScope): SelectedField {
	switch (item.kind) {
		case "column":
			return planColumn(item);
		case "typename":
			return Object.freeze({ kind: "typename", key: item.key, typeName: selection.table.typeName });
		case "relation":
			return planEmbed(item, { ...scope, path: [...scope.path, item.key] });
		case "aggregates":
			return planAggregates(item, { ...scope, path: [...scope.path, item.key] });
	}
}

function planEmbed(item: SelectedRelation, scope: PlanScope): EmbedField {
	const { relation, selection } = item;
	const page =
		relation.cardinality === "one"
			? { where: null, order: Object.freeze([]), limit: null, offset: 0 }
			: planPage(selection.table, readArguments(item.args, scope.variables), scope);
	return Object.freeze({
		kind: "embed",
		key: item.key,
		as: item.key,
		...relatedTable(relation, selection.table),
		select: fitSelect(planSelect(selection, scope), selection.table.table, page),
		...page,
	});
}

/** No other member has a name like it: what aggregates are of is embedded by its own name beside it, perhaps. */
function planAggregates({ key, relation, args, aggregate }: SelectedAggregates, scope: PlanScope): AggregateField {
	const planned = planAggregate(aggregate, readArguments(args, scope.variables), scope);
	return Object.freeze({
		kind: "aggregates",
		key,
		as: `$${key}`,
		...relatedTable(relation, aggregate.table),
		...planned,
	});
}

/** Columns come as the database wrote them; embedded rows pass through jsonb, which sorts keys and adds blanks. */
function isVerbatim(fields: readonly SelectedField[]): SelectNode["verbatim"] {
	let lists = false;
	for (const field of fields) {
		if (field.kind !== "column") return "never";
		const { decoding } = field;
		lists ||= decoding.kind === "list";
		const { kind } = decoding.kind === "list" ? decoding.of : decoding;
		if (kind !== "verbatim" && kind !== "number") return "never";
	}
	return lists ? "unlessNested" : "always";
}

function presenceColumn({ table }: Selection, fields: readonly SelectedField[]): string | null {
	if (fields.some((field) => field.kind !== "typename")) return null;
	return (table.tieBreak[0]?.column ?? table.table.columns.find(({ selectable }) => selectable))?.name ?? null;
}
