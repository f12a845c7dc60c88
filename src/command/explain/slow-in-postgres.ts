// Takes Postgres' plan of a request and what is known of the relations in it, gives what makes it slow there.
import type { TableRef } from "../../schema/catalog.ts";
import { tableKey } from "../../schema/model.ts";
import type { PostgresPlanNode } from "../../source/postgrest/explain.ts";

export interface Surroundings {
	readonly tenantColumn: string;
	/** Pages by relation (see tableKey). */
	readonly pages: ReadonlyMap<string, number>;
}

/** A relation that is read whole at once costs no more than an index would, up to so many pages. */
const smallPages = 8;
/** Rows that are sorted without a word. */
const fewRows = 1000;

/** A sentence for each thing. */
export function findSlowInPostgres(root: PostgresPlanNode, given: Surroundings): readonly string[] {
	const found: string[] = [];
	visit(root, { repeated: false, limited: false }, (node, place) => found.push(...look(node, place, given)));
	return [...new Set(found)];
}

/** The relations that it reads. */
export function relationsIn(root: PostgresPlanNode): readonly TableRef[] {
	const found: TableRef[] = [];
	visit(root, { repeated: false, limited: false }, (node) => found.push(...(relationOf(node) ?? [])));
	return found;
}

/** Where a node stands. */
interface Place {
	/** It runs once for each row of another node. */
	readonly repeated: boolean;
	/** Only some of its rows are wanted. */
	readonly limited: boolean;
}

function visit(node: PostgresPlanNode, place: Place, see: (node: PostgresPlanNode, place: Place) => void): void {
	see(node, place);
	for (const below of node.Plans ?? []) {
		const again = node["Node Type"] === "Nested Loop" && below["Parent Relationship"] === "Inner";
		// What is kept is read once; a sub-select of the whole statement runs once.
		const once = keeps.has(node["Node Type"]) || below["Parent Relationship"] === "InitPlan";
		const repeated = !once && (place.repeated || again || below["Parent Relationship"] === "SubPlan");
		visit(below, { repeated, limited: node["Node Type"] === "Limit" }, see);
	}
}

const keeps: ReadonlySet<string> = new Set(["Materialize", "Hash", "Memoize"]);

function look(node: PostgresPlanNode, { repeated, limited }: Place, { tenantColumn, pages }: Surroundings): string[] {
	const said: string[] = [];
	const { Filter: filter = "" } = node;
	const [relation] = relationOf(node) ?? [];
	if (relation !== undefined && node["Node Type"] === "Seq Scan") {
		const name = `${relation.schema}.${relation.name}`;
		const size = pages.get(tableKey(relation)) ?? 0;
		const big = size > smallPages;
		if (repeated && big)
			said.push(`${name} is read whole (${size} pages) once for each row beside it: the foreign key lacks an index.`);
		else if (big && new RegExp(`\\b${literally(tenantColumn)}\\b`).test(filter))
			said.push(
				`sequential scan under the tenant filter: ${name} is read whole (${size} pages, all tenants) to find one tenant's rows. An index that starts with ${tenantColumn} and goes on with the columns of the filter or the order would be shorter.`,
			);
		else if (big) said.push(`${name} is read whole (${size} pages).`);
	}
	if (/\(SubPlan \d+\)/.test(filter.replaceAll(/\(hashed SubPlan \d+\)/g, "")))
		said.push(
			`a sub-select runs for each row of ${relation === undefined ? "an inner result" : `${relation.schema}.${relation.name}`}: a policy or a view that looks at the row. Turn it into a comparison with (select …), such as id in (select …).`,
		);
	const [sorted] = node.Plans ?? [];
	if (limited && node["Node Type"] === "Sort" && (sorted?.["Plan Rows"] ?? 0) >= fewRows)
		said.push(
			`about ${sorted?.["Plan Rows"]} rows are sorted to give the first of them: an index in that order (after ${tenantColumn}) would give them at once.`,
		);
	return said;
}

function relationOf({ Schema, "Relation Name": name }: PostgresPlanNode): [TableRef] | null {
	return Schema === undefined || name === undefined ? null : [{ schema: Schema, name }];
}

const literally = (text: string) => text.replace(/[^\w]/g, "\\$&");
