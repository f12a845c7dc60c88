// Takes a plan of ours, gives what makes it slow whatever the database holds. Looks at the shapes of nodes, not at the kinds
// of plans, so that it reads every kind.
import type { Plan } from "../../plan/nodes.ts";
import type { TableRef } from "../../schema/catalog.ts";

/** Rows that may be skipped without a word. */
const shortOffset = 1000;

type Node = Readonly<Record<string, unknown>>;

/** A sentence for each thing. */
export function findSlowInPlan(plan: Plan): readonly string[] {
	return [...new Set([...nodesOf(plan)].flatMap((node) => [...offsetOf(node), ...patternOf(node)]))];
}

/** The relations that a plan names. */
export function relationsOf(plan: Plan): readonly TableRef[] {
	const found = [...nodesOf(plan)].flatMap(({ schema, name }) =>
		typeof schema === "string" && typeof name === "string" ? [{ schema, name }] : [],
	);
	return [...new Map(found.map((ref) => [JSON.stringify(ref), ref])).values()];
}

function offsetOf({ offset, select }: Node): string[] {
	if (typeof offset !== "number" || offset === 0) return [];
	const embeds = [...nodesOf(select)].flatMap(({ kind, key }) => (kind === "embed" ? [String(key)] : []));
	return [
		...(embeds.length === 0
			? []
			: [
					`offset ${offset} over embedded relations (${embeds.join(", ")}): PostgREST fetches them for the skipped rows too. Page by a filter on the order's columns, or with a connection where there is one.`,
				]),
		...(offset < shortOffset
			? []
			: [`offset ${offset}: Postgres makes all of these rows and throws them away. Page by key instead.`]),
	];
}

function patternOf({ kind, operator, column, value }: Node): string[] {
	if (kind !== "compare" || (operator !== "like" && operator !== "ilike") || typeof value !== "string") return [];
	if (operator === "like" && !/^[%_]/.test(value)) return [];
	const reason = operator === "ilike" ? "ilike" : "a pattern that starts with a wildcard";
	return [
		`${reason} on ${String(column)}: no plain index helps. A trigram index does: create index on … using gin (${String(column)} gin_trgm_ops), after create extension pg_trgm.`,
	];
}

function* nodesOf(value: unknown): Generator<Node> {
	if (typeof value !== "object" || value === null) return;
	if (!Array.isArray(value)) yield value as Node;
	for (const inner of Object.values(value)) yield* nodesOf(inner);
}
