// Takes an aggregate, gives its part of a request. Pure. Source: PostgREST 12 documentation, "Aggregate Functions".
import type { AggregateNode, AggregatePage, GroupNode } from "../../plan/aggregate-nodes.ts";
import type { RelatedTable } from "../../plan/nodes.ts";
import { requestName } from "../../schema/request-name.ts";
import { compilePage, embedTarget, type Part, type Probes } from "./compile-page.ts";
import { parameter, quoteName } from "./encode.ts";

/** Groups, and what is computed over each. What is no aggregate in a selection is what PostgREST groups by. */
export function compileAggregate(select: AggregateNode, page: AggregatePage, probes: Probes): Part {
	const { where, groups, limit } = page;
	const beside = compilePage({ where, order: [], limit, offset: 0 }, probes);
	const order = groups.map((group) => compileOrder(group, groups)).join(",");
	const items = [
		`${select.count}:${select.counted === null ? "" : `${quoteName(select.counted)}.`}count()`,
		...select.computed.map(({ as, column, function: called, cast }) => {
			return `${as}:${quoteName(column)}.${called}()${cast === null ? "" : `::${cast}`}`;
		}),
		...groups.flatMap(({ as, via, column }) => (via === null ? `${as}:${quoteName(column)}` : [])),
		...compileSpreads(groups),
		...beside.items,
		// PostgREST 12.0.2 groups by an embedded table without columns, though it gives no member for it: a member of that
		// name, which is null in every row, is found in its place.
		...probes.bare.map((name) => `${name}:${quoteName(select.anyColumn)}->"$"`),
	];
	return {
		items,
		parameters: [...(order === "" ? [] : [parameter(`${probes.prefix}order`, order)]), ...beside.parameters],
	};
}

/** Columns of to-one rows, spread into the group; those of one relation together. */
function compileSpreads(groups: readonly GroupNode[]): string[] {
	const byRelation = new Map<string, string[]>();
	for (const { as, via, column } of groups) {
		if (via === null) continue;
		const target = spreadTarget(via, groups);
		byRelation.set(target, [...(byRelation.get(target) ?? []), `${as}:${quoteName(column)}`]);
	}
	return [...byRelation].map(([target, columns]) => `...${target}(${columns.join(",")})`);
}

function compileOrder({ as, via, column, direction, nulls }: GroupNode, groups: readonly GroupNode[]): string {
	const field = via === null ? quoteName(column) : `${spreadName(via, groups)}(${as})`;
	return `${field}.${direction}${nulls === null ? "" : `.nulls${nulls}`}`;
}

function spreadTarget(via: RelatedTable, groups: readonly GroupNode[]): string {
	const name = spreadName(via, groups);
	return name === quoteName(requestName(via)) ? embedTarget(via) : name;
}

/** What is spread has no alias. Of two relations to one table each is named by its constraint. */
function spreadName(via: RelatedTable, groups: readonly GroupNode[]): string {
	const name = requestName(via);
	const shared = groups.some(
		(other) => other.via !== null && requestName(other.via) === name && other.via.hint !== via.hint,
	);
	return quoteName(shared && via.hint !== null ? via.hint : name);
}
