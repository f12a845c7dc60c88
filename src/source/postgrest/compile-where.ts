// Takes a condition, gives it as a member of a PostgREST logic tree. Pure. Source: PostgREST 12 documentation,
// "Horizontal Filtering" and "Logical operators".
import type { CompareOperator, ConditionNode, PlanValue } from "../../plan/nodes.ts";
import { quoteName, quoteValue } from "./encode.ts";

/** Compiles the members of a conjunction, such as `name.eq."x",or(a.gt."1",b.is.null)`. */
export function compileConjunction(condition: ConditionNode): string {
	return condition.kind === "and" ? condition.conditions.map(compileCondition).join(",") : compileCondition(condition);
}

function compileCondition(condition: ConditionNode): string {
	switch (condition.kind) {
		case "and":
			return `and(${compileConjunction(condition)})`;
		case "or":
			return `or(${condition.conditions.map(compileCondition).join(",")})`;
		case "not":
			return negate(condition.condition);
		case "compare":
			return compare(condition.column, condition.operator, condition.value);
		case "in":
			return `${quoteName(condition.column)}.in.(${condition.values.map(quoteValue).join(",")})`;
		case "isNull":
			return `${quoteName(condition.column)}.${condition.isNull ? "is" : "not.is"}.null`;
	}
}

function negate(condition: ConditionNode): string {
	const compiled =
		condition.kind === "and" || condition.kind === "or"
			? compileCondition(condition)
			: `and(${compileCondition(condition)})`;
	return `not.${compiled}`;
}

function compare(column: string, operator: CompareOperator, value: PlanValue): string {
	// PostgREST reads `*` in a like pattern as `%`, with no way to mean the star itself; a regular expression can.
	if ((operator === "like" || operator === "ilike") && typeof value === "string" && value.includes("*")) {
		const match = operator === "like" ? "match" : "imatch";
		return `${quoteName(column)}.${match}.${quoteValue(likeToRegex(value))}`;
	}
	return `${quoteName(column)}.${operator}.${quoteValue(value)}`;
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
