// Takes a selection with the filter, order and page of its table, gives the parameters that ask for it, at any depth. Pure.
// Source: PostgREST 12 documentation, "Resource Embedding".
import { AppError } from "../../error/app-error.ts";
import type { EmbedField, OrderNode, ReadPlan, RelatedTable, SelectedField, SelectNode } from "../../plan/nodes.ts";
import { requestName } from "../../schema/request-name.ts";
import { compileConjunction, type RelatedCondition } from "./compile-where.ts";
import { parameter, quoteName } from "./encode.ts";

export type Page = Pick<ReadPlan, "where" | "order" | "limit" | "offset">;

/** A part of a request: items of `select=`, and parameters of their own. */
interface Part {
	readonly items: readonly string[];
	readonly parameters: readonly string[];
}

/** Related tables that one filter and order may ask about: each is a join, and planning joins takes time. */
const maxProbes = 32;

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
	const probes = new Probes("", { left: maxProbes }, keyed);
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
	}
}

/** An embedded relation with its own filter, order and page. */
function compileEmbed(prefix: string, field: EmbedField): Part {
	const inner = `${prefix}${field.as}.`;
	const selected = compileFields(inner, field.select);
	const beside = compilePage(field, new Probes(inner, { left: maxProbes }));
	return {
		items: [`${field.as}:${embedTarget(field)}(${[...selected.items, ...beside.items].join(",")})`],
		parameters: [...beside.parameters, ...selected.parameters],
	};
}

/**
 * Between two tables the hint tells which key, or which join table, is meant. Within one table PostgREST takes the key's
 * column for the row that is pointed at, and the table with that column as hint for the rows that point here.
 */
function embedTarget(relation: RelatedTable): string {
	const name = requestName(relation);
	return relation.hint === null || relation.hint === name
		? quoteName(name)
		: `${quoteName(name)}!${quoteName(relation.hint)}`;
}

function compilePage(page: Page, probes: Probes): Part {
	const { prefix } = probes;
	const where = page.where === null ? null : compileConjunction(page.where, (condition) => probes.related(condition));
	const order = page.order.map((node, index) => compileOrder(node, index, probes)).join(",");
	const own = [
		...(where === null ? [] : [parameter(`${prefix}and`, `(${where})`)]),
		...(order === "" ? [] : [parameter(`${prefix}order`, order)]),
		...(page.limit === null ? [] : [parameter(`${prefix}limit`, String(page.limit))]),
		...(page.offset === 0 ? [] : [parameter(`${prefix}offset`, String(page.offset))]),
	];
	return { items: probes.items, parameters: [...own, ...probes.parameters] };
}

function compileOrder(node: OrderNode, index: number, probes: Probes): string {
	const { via, column, direction, nulls } = node;
	const field = via.length === 0 ? quoteName(column) : `${probes.ordering(via, column, index)}(v)`;
	return `${field}.${direction}${nulls === null ? "" : `.nulls${nulls}`}`;
}

/** What a filter and an order embed beside the selection. Its names start with a dollar, which no response key does. */
class Probes implements Part {
	readonly items: string[] = [];
	readonly parameters: string[] = [];
	/** Of the names of parameters: where in the request this table stands. */
	readonly prefix: string;
	readonly #budget: { left: number };
	readonly #keyed: boolean;

	constructor(prefix: string, budget: { left: number }, keyed = false) {
		this.prefix = prefix;
		this.#budget = budget;
		this.#keyed = keyed;
	}

	/** Related rows that meet a condition, without any of their columns; one is enough. */
	related({ relation, condition }: RelatedCondition): string {
		this.#spend();
		const name = `$${this.items.length}`;
		// Taken now: what is inside comes after it.
		const at = this.items.push("") - 1;
		const limit = relation.cardinality === "many" ? 1 : null;
		const probes = new Probes(`${this.prefix}${name}.`, this.#budget);
		const inner = compilePage({ where: condition, order: [], limit, offset: 0 }, probes);
		this.items[at] = `${name}:${embedTarget(relation)}(${inner.items.join(",")})`;
		this.parameters.push(...inner.parameters);
		return name;
	}

	/** A column of a to-one related row as `v`: rows further on are spread into the nearest one. */
	ordering(via: readonly RelatedTable[], column: string, index: number): string {
		this.#spend();
		const name = `$$${index}`;
		const [nearest, ...further] = via.map(embedTarget);
		const own = `v:${quoteName(column)}${this.#keyed ? `,t:${quoteName(column)}::text` : ""}`;
		const inner = further.reduceRight((text, target) => `...${target}(${text})`, own);
		this.items.push(`${name}:${nearest}(${inner})`);
		return name;
	}

	#spend(): void {
		this.#budget.left -= 1;
		if (this.#budget.left >= 0) return;
		throw new AppError("LIMIT_EXCEEDED", {
			message: "The filter and the order of this field ask about too many related tables.",
			hint: `The most is ${maxProbes}. Put conditions on one relation together, or split the query.`,
		});
	}
}
