// Takes a condition, gives it as a member of a PostgREST logic tree. Pure. Source: PostgREST 12 documentation,
// "Horizontal Filtering", "Logical operators", "Null filtering on Embedded Resources".
import type { CompareOperator, ConditionNode, JsonPath, PlanValue, SearchMode } from "../../plan/nodes.ts";
import { inList, quoted, quoteName, quoteValue } from "./encode.ts";

export type RelatedCondition = Extract<ConditionNode, { kind: "related" }>;

/** Embeds the related rows that a condition asks about beside the selection, and gives the name that they got. */
export type Probe = (condition: RelatedCondition) => string;

/** Compiles the members of a conjunction, such as `name.eq."x",or(a.gt."1",b.is.null)`. */
export function compileConjunction(condition: ConditionNode, probe: Probe): string {
	if (condition.kind !== "and") return compileCondition(condition, probe);
	return condition.conditions.map((each) => compileCondition(each, probe)).join(",");
}

function compileCondition(condition: ConditionNode, probe: Probe): string {
	switch (condition.kind) {
		case "and":
			return `and(${compileConjunction(condition, probe)})`;
		case "or":
			return `or(${condition.conditions.map((each) => compileCondition(each, probe)).join(",")})`;
		case "not":
			return negate(condition.condition, probe);
		case "compare":
			return compare(condition);
		case "in":
			return `${fieldOf(condition, "->")}.${inList(condition.values.map(quoteValue))}`;
		case "isNull":
			return `${fieldOf(condition, "->>")}.${condition.isNull ? "is" : "not.is"}.null`;
		case "search":
			return `${quoteName(condition.column)}.${searchOperator(condition)}.${quoteValue(condition.query)}`;
		case "related":
			return `${probe(condition)}.${condition.quantifier === "some" ? "not.is" : "is"}.null`;
	}
}

function negate(condition: ConditionNode, probe: Probe): string {
	const compiled = compileCondition(condition, probe);
	return condition.kind === "and" || condition.kind === "or" ? `not.${compiled}` : `not.and(${compiled})`;
}

interface Field {
	readonly column: string;
	readonly path?: JsonPath;
}

/**
 * A column, or a value inside it.
 * @param last how the value is reached: `->` gives json, `->>` text (and SQL's null for json's)
 */
function fieldOf({ column, path = [] }: Field, last: "->" | "->>"): string {
	const steps = path.map((key, index) => `${index === path.length - 1 ? last : "->"}${stepOf(key)}`);
	return quoteName(column) + steps.join("");
}

/** Bare, a whole number is an index of an array; in quotes, anything is a key. */
function stepOf(key: string): string {
	return /^-?\d{1,9}$/.test(key) ? key : quoted(key);
}

const operators: Readonly<Record<CompareOperator, string>> = Object.freeze({
	eq: "eq",
	neq: "neq",
	gt: "gt",
	gte: "gte",
	lt: "lt",
	lte: "lte",
	like: "like",
	ilike: "ilike",
	regex: "match",
	iregex: "imatch",
	isDistinctFrom: "isdistinct",
	contains: "cs",
	containedBy: "cd",
	overlaps: "ov",
	strictlyLeftOf: "sl",
	strictlyRightOf: "sr",
	notExtendsRightOf: "nxr",
	notExtendsLeftOf: "nxl",
	adjacentTo: "adj",
});

function compare(condition: Field & { readonly operator: CompareOperator; readonly value: PlanValue }): string {
	const { operator, value } = condition;
	const asText = operator === "like" || operator === "ilike" || operator === "regex" || operator === "iregex";
	const field = fieldOf(condition, asText ? "->>" : "->");
	// PostgREST reads `*` in a like pattern as `%`, with no way to mean the star itself; a regular expression can.
	if ((operator === "like" || operator === "ilike") && typeof value === "string" && value.includes("*"))
		return `${field}.${operator === "like" ? "match" : "imatch"}.${quoteValue(likeToRegex(value))}`;
	return `${field}.${operators[operator]}.${quoteValue(value)}`;
}

const searches: Readonly<Record<SearchMode, string>> = Object.freeze({
	web: "wfts",
	plain: "plfts",
	phrase: "phfts",
	tsquery: "fts",
});

function searchOperator({ mode, language }: Extract<ConditionNode, { kind: "search" }>): string {
	return language === null ? searches[mode] : `${searches[mode]}(${language})`;
}

/** A like pattern as a Postgres regular expression: `%` any text, `_` any character, `\` takes the next literally. */
function likeToRegex(pattern: string): string {
	let regex = "";
	const characters = [...pattern];
	for (let index = 0; index < characters.length; index++) {
		const character = characters[index] ?? "";
		if (character === "%") regex += ".*";
		else if (character === "_") regex += ".";
		else if (character === "\\" && index + 1 < characters.length) regex += escapeRegex(characters[++index] ?? "");
		else regex += escapeRegex(character);
	}
	// `(?s)` is not needed: in Postgres a dot matches a newline. `***:` pins the advanced flavour.
	return `***:^(?:${regex})$`;
}

function escapeRegex(character: string): string {
	return /[\w\s]/u.test(character) || (character.codePointAt(0) ?? 0) > 127 ? character : `\\${character}`;
}
