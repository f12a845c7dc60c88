// Takes the filter, order and page of one table, gives their parameters, and what they embed beside the selection to ask
// about related rows. Pure. Source: PostgREST 12 documentation, "Resource Embedding".
import { AppError } from "../../error/app-error.ts";
import type { OrderNode, ReadPlan, RelatedTable } from "../../plan/nodes.ts";
import { requestName } from "../../schema/request-name.ts";
import { compileConjunction, type RelatedCondition } from "./compile-where.ts";
import { parameter, quoteName } from "./encode.ts";

export type Page = Pick<ReadPlan, "where" | "order" | "limit" | "offset">;

/** A part of a request: items of `select=`, and parameters of their own. */
export interface Part {
	readonly items: readonly string[];
	readonly parameters: readonly string[];
}

/** Related tables that one filter and order may ask about: each is a join, and planning joins takes time. */
const maxProbes = 32;

/** How many may still be asked about. */
interface Budget {
	left: number;
}

/**
 * Between two tables the hint tells which key, or which join table, is meant. Within one table PostgREST takes the key's
 * column for the row that is pointed at, and the table with that column as hint for the rows that point here.
 */
export function embedTarget(relation: RelatedTable): string {
	const name = requestName(relation);
	return relation.hint === null || relation.hint === name
		? quoteName(name)
		: `${quoteName(name)}!${quoteName(relation.hint)}`;
}

/** A filter, an order and a page, with what they embed beside the selection. */
export function compilePage(page: Page, probes: Probes): Part {
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
export class Probes implements Part {
	readonly items: string[] = [];
	readonly parameters: string[] = [];
	/** Names of those that embed nothing further, so that rows have no member for them. */
	readonly bare: string[] = [];
	/** Of the names of parameters: where in the request this table stands. */
	readonly prefix: string;
	readonly #budget: Budget;
	readonly #keyed: boolean;

	constructor(prefix: string, budget: Budget = { left: maxProbes }, keyed = false) {
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
		if (inner.items.length === 0) this.bare.push(name);
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
