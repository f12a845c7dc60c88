// Takes a value as the database wrote it, gives it as its column's type has it in GraphQL.
import { AppError } from "../error/app-error.ts";
import type { ColumnDecoding, CompositeMember } from "../plan/nodes.ts";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** A value as its column's type has it. */
export function decode(decoding: ColumnDecoding, value: Json): Json {
	if (value === null) return null;
	switch (decoding.kind) {
		case "verbatim":
		case "number":
			if (Array.isArray(value)) throw dimensions();
			return value;
		case "json":
			return value;
		case "digits":
			return JSON.isRawJSON(value) ? value.rawJSON : String(value);
		case "enum":
			if (Array.isArray(value)) throw dimensions();
			return decoding.names[value as string] ?? value;
		case "list":
			if (!Array.isArray(value)) throw dimensions();
			return value.map((item: Json) => decode(decoding.of, item));
		case "composite":
			return decodeComposite(decoding.members, value as JsonObject);
	}
}

function decodeComposite(members: readonly CompositeMember[], value: JsonObject): Json {
	const completed: Record<string, Json> = Object.create(null);
	for (const member of members)
		completed[member.key] =
			member.kind === "typename" ? member.typeName : decode(member.decoding, value[member.name] ?? null);
	return completed;
}

/** Postgres keeps any number of dimensions in any array column; GraphQL has as many as the column declares. */
function dimensions(): AppError {
	return new AppError("INTERNAL", {
		message: "An array has other dimensions than its column declares.",
		hint: "Declare them, such as `alter table … alter column … type int[][]`, or store what the column says.",
	});
}
