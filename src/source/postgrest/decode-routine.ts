// Takes what PostgREST answered to the call of a function, gives its rows or its value as JSON text.
import type { RoutinePlan, ValueNode } from "../../plan/nodes.ts";
import type { Rows } from "../source.ts";

const done: ValueNode = Object.freeze({ kind: "value", many: false, decoding: Object.freeze({ kind: "verbatim" }) });

/** Decodes an answer that is no error. A function that gives nothing answers `true`. */
export function decodeRoutine({ result }: RoutinePlan, body: string): Rows {
	switch (result.kind) {
		case "void":
			return { json: "true", select: done };
		case "values":
			return { json: body, select: result.select };
		case "rows":
			return { json: isAbsent(body, result.presence) ? "null" : body.replaceAll(", \n ", ","), select: result.select };
	}
}

/** A function that finds no row gives one that is null in every column. */
function isAbsent(body: string, presence: string | null): boolean {
	if (presence === null) return false;
	const row = JSON.parse(body) as Readonly<Record<string, unknown>> | null;
	return row === null || row[presence] === null;
}
