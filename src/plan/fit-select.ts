// Takes a selection with the filter and order beside it, gives the selection as it can be asked for. PostgREST finds an
// embedded table by its alias or by the table's own name, whichever comes first, and takes `x.is.null` for an embedded x: an
// alias that could mean something else, too, gets a name that nothing else has.
import type { Table } from "../schema/catalog.ts";
import { requestName } from "../schema/request-name.ts";
import type { AggregateField } from "./aggregate-nodes.ts";
import { computedFrom } from "./computed-relations.ts";
import type {
	ConditionNode,
	EmbedField,
	OrderNode,
	RelatedTable,
	SelectedField,
	SelectNode,
	TypenameField,
} from "./nodes.ts";

interface Beside {
	readonly where: ConditionNode | null;
	readonly order: readonly OrderNode[];
}

const nothing: Beside = Object.freeze({ where: null, order: Object.freeze([]) });

/** The same node where nothing has to change. */
export function fitSelect(select: SelectNode, table: Table, beside: Beside = nothing): SelectNode {
	const probes = [...relatedIn(beside.where), ...beside.order.flatMap(({ via }) => via[0] ?? [])];
	const computed = computedFrom(table.name, { fields: select.fields, ...beside });
	const fields = select.fields.map((field) => {
		if (field.kind !== "embed") return field;
		const fitted = shorten(fitEmbed(field, select, table, probes), select, table);
		return computed.size > 0 ? unshadow(fitted, computed) : fitted;
	});
	const renamed = fields.some((field, index) => field !== select.fields[index]);
	const verbatim = leavesTrace(beside) ? "never" : select.verbatim;
	if (renamed) return Object.freeze({ ...select, fields: Object.freeze(fields), verbatim });
	return verbatim === select.verbatim ? select : decoded(select);
}

function fitEmbed(
	field: EmbedField,
	{ fields }: SelectNode,
	{ columns }: Table,
	probes: readonly RelatedTable[],
): EmbedField {
	const others = [...fields.filter(isRelated).filter((other) => other !== field), ...probes];
	const ambiguous =
		others.some((other) => requestName(other) === field.key) || columns.some(({ name }) => name === field.key);
	// No response key starts with a dollar.
	const as = ambiguous ? `$${field.key}` : field.as;
	return as === field.as ? field : Object.freeze({ ...field, as });
}

/**
 * PostgREST 12.0.2 calls an embedded table `<table>_<alias>_<depth>` in its SQL, and Postgres cuts a name off after 63 bytes:
 * two that are the same by then are an error.
 */
function shorten(field: EmbedField, { fields }: SelectNode, { name }: Table): EmbedField {
	if (Buffer.byteLength(`${name}_${field.as}_00`) <= 63) return field;
	// No other alias is a dollar with a number.
	return Object.freeze({ ...field, as: `$${fields.findIndex(({ key }) => key === field.key)}` });
}

/**
 * PostgREST gives a function the row by the table's bare name, and Postgres looks for a column in every row around the call
 * before it takes a name for a row: members of one row beside it, or beside what it is in, may not have that name.
 */
function unshadow(field: EmbedField, names: ReadonlySet<string>): EmbedField {
	const shadows = (member: SelectedField): member is Exclude<SelectedField, TypenameField> =>
		member.kind !== "typename" && names.has(member.as);
	if (field.cardinality === "many" || !field.select.fields.some(shadows)) return field;
	const fields = field.select.fields.map((member) =>
		shadows(member) ? Object.freeze({ ...member, as: `$${member.as}` }) : member,
	);
	return Object.freeze({
		...field,
		select: Object.freeze({ ...field.select, fields: Object.freeze(fields), verbatim: "never" as const }),
	});
}

function isRelated(field: SelectedField): field is EmbedField | AggregateField {
	return field.kind === "embed" || field.kind === "aggregates";
}

/** The related tables that a condition asks about, but for those that it asks about further on. */
function relatedIn(condition: ConditionNode | null): readonly RelatedTable[] {
	switch (condition?.kind) {
		case "and":
		case "or":
			return condition.conditions.flatMap(relatedIn);
		case "not":
			return relatedIn(condition.condition);
		case "related":
			return [condition.relation];
		default:
			return [];
	}
}

/** Whether rows come with more than was selected: what an order embeds, and what embeds something itself. */
function leavesTrace({ where, order }: Beside): boolean {
	return order.some(({ via }) => via.length > 0) || embedsFurther(where);
}

function embedsFurther(condition: ConditionNode | null): boolean {
	switch (condition?.kind) {
		case "and":
		case "or":
			return condition.conditions.some(embedsFurther);
		case "not":
			return embedsFurther(condition.condition);
		case "related":
			return condition.relation.witness !== null || relatedIn(condition.condition).length > 0;
		default:
			return false;
	}
}

const decodedSelects = new WeakMap<SelectNode, SelectNode>();

/** The selection, to be read row by row; one copy each, since requests are remembered by their selection. */
function decoded(select: SelectNode): SelectNode {
	const known = decodedSelects.get(select);
	if (known !== undefined) return known;
	const copy = Object.freeze<SelectNode>({ ...select, verbatim: "never" });
	decodedSelects.set(select, copy);
	return copy;
}
