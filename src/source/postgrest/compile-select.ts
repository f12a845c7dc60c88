// Takes a selection with the filter, order and page of its table, gives the parameters that ask for it, at any depth. Pure.
// Source: PostgREST 12 documentation, "Resource Embedding".
import type { AggregateField, AggregatePlan } from "../../plan/aggregate-nodes.ts";
import type { EmbedField, SelectedField, SelectNode } from "../../plan/nodes.ts";
import { compileAggregate } from "./compile-aggregate.ts";
import { compilePage, embedTarget, type Page, type Part, Probes } from "./compile-page.ts";
import { parameter, quoteName } from "./encode.ts";

/**
 * The parameters that ask for a selection, of a page of rows where there is one.
 * @param options.keyed a column of a related row that orders is given as text too, as `t`: a cursor is made of it
 */
export function selectParameters(
	select: SelectNode,
	page: Page | null,
	{ keyed }: { readonly keyed: boolean } = { keyed: false },
): readonly string[] {
	const { items, parameters } = compileSelect(select);
	const probes = new Probes("", undefined, keyed);
	const beside = page === null ? probes : compilePage(page, probes);
	return [parameter("select", [...items, ...beside.items].join(",")), ...parameters, ...beside.parameters];
}

/** A selection that no variable touches is one node for all requests of its operation. */
const compiled = new WeakMap<SelectNode, Part>();

function compileSelect(select: SelectNode): Part {
	const known = compiled.get(select);
	if (known !== undefined) return known;
	const made = compileFields("", select);
	compiled.set(select, made);
	return made;
}

function compileFields(prefix: string, select: SelectNode): Part {
	if (select.presence !== null) return { items: [quoteName(select.presence)], parameters: [] };
	const parts = select.fields.map((field) => compileField(prefix, field));
	return { items: parts.flatMap(({ items }) => items), parameters: parts.flatMap(({ parameters }) => parameters) };
}

function compileField(prefix: string, field: SelectedField): Part {
	switch (field.kind) {
		case "typename":
			return { items: [], parameters: [] };
		case "column": {
			const cast = field.cast === null ? "" : `::${field.cast}`;
			const alias = field.as === field.column ? "" : `${field.as}:`;
			return { items: [`${alias}${quoteName(field.column)}${cast}`], parameters: [] };
		}
		case "embed":
			return compileEmbed(prefix, field);
		case "aggregates":
			return compileAggregates(prefix, field);
	}
}

/** An embedded relation with its own filter, order and page. */
function compileEmbed(prefix: string, field: EmbedField): Part {
	const inner = `${prefix}${field.as}.`;
	const selected = compileFields(inner, field.select);
	const beside = compilePage(field, new Probes(inner));
	return {
		items: [`${field.as}:${embedTarget(field)}(${[...selected.items, ...beside.items].join(",")})`],
		parameters: [...beside.parameters, ...selected.parameters],
	};
}

/** Groups of related rows. */
function compileAggregates(prefix: string, field: AggregateField): Part {
	const { items, parameters } = compileAggregate(field.select, field, new Probes(`${prefix}${field.as}.`));
	return { items: [`${field.as}:${embedTarget(field)}(${items.join(",")})`], parameters };
}

/** The parameters that ask for groups of a table's rows. */
export function aggregateParameters(plan: AggregatePlan): readonly string[] {
	const { items, parameters } = compileAggregate(plan.select, plan, new Probes(""));
	return [parameter("select", items.join(",")), ...parameters];
}
