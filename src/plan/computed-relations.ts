// Takes a selection with the filter and order beside it, gives the tables from whose rows it calls functions to find the one
// row of the same table, at any depth. Where a key has several columns PostgREST needs such a function.
import type { AggregateField } from "./aggregate-nodes.ts";
import type { ConditionNode, EmbedField, OrderNode, RelatedTable, SelectedField } from "./nodes.ts";

interface Level {
	readonly fields: readonly SelectedField[];
	readonly where: ConditionNode | null;
	readonly order: readonly OrderNode[];
}

/** Names of those tables. @param name the table of the level itself */
export function computedFrom(name: string, { fields, where, order }: Level): ReadonlySet<string> {
	return new Set([...inFields(name, fields), ...inCondition(name, where), ...inOrder(name, order)]);
}

function inFields(name: string, fields: readonly SelectedField[]): readonly string[] {
	return fields.flatMap((field) => {
		if (field.kind === "embed") return [...step(name, field), ...inEmbed(field)];
		return field.kind === "aggregates" ? [...step(name, field), ...inGroups(field)] : [];
	});
}

function inEmbed({ target, select, where, order }: EmbedField): readonly string[] {
	return [...inFields(target.name, select.fields), ...inCondition(target.name, where), ...inOrder(target.name, order)];
}

function inGroups({ target, where, groups }: AggregateField): readonly string[] {
	const grouped = groups.flatMap(({ via }) => (via === null ? [] : step(target.name, via)));
	return [...grouped, ...inCondition(target.name, where)];
}

function inCondition(name: string, condition: ConditionNode | null): readonly string[] {
	switch (condition?.kind) {
		case "and":
		case "or":
			return condition.conditions.flatMap((part) => inCondition(name, part));
		case "not":
			return inCondition(name, condition.condition);
		case "related":
			return [...step(name, condition.relation), ...inCondition(condition.relation.target.name, condition.condition)];
		default:
			return [];
	}
}

function inOrder(name: string, order: readonly OrderNode[]): readonly string[] {
	return order.flatMap(({ via }) => via.flatMap((each, index) => step(via[index - 1]?.target.name ?? name, each)));
}

function step(name: string, { self, cardinality }: RelatedTable): readonly string[] {
	return self && cardinality === "one" ? [name] : [];
}
