// Writes the rows that match a filter, when they are not too many: reads what tells them apart, then writes those rows and
// no others. PostgREST 12.0.2 has no `max-affected`. Refuses more rows than were allowed; then nothing is written.
import { AppError } from "../../error/app-error.ts";
import type { MatchingPlan, ReadPlan } from "../../plan/nodes.ts";
import type { Rows } from "../source.ts";
import { type CompiledRequest, compile } from "./compile.ts";
import { compileFound, type FoundRow, isGrid, matchesPlainly, withVersions } from "./compile-found.ts";
import { decode, type UpstreamResponse } from "./decode.ts";

/**
 * Runs the plan.
 * A row that somebody else changes in between so that it no longer matches is left as it is, and is not in the answer.
 * @throws AppError LIMIT_EXCEEDED, or as decode does
 */
export async function writeMatching(
	plan: MatchingPlan,
	send: (request: CompiledRequest) => Promise<UpstreamResponse>,
): Promise<Rows> {
	const search = async (read: ReadPlan) => {
		const found = JSON.parse(decode(read, await send(compile(read))).json) as readonly FoundRow[];
		if (found.length > plan.atMost) throw tooMany(plan.atMost);
		return found;
	};
	const searchVersions = () => {
		if (plan.versioned) return search(withVersions(plan));
		throw notVersioned();
	};
	const plainly = matchesPlainly(plan);
	let found = plainly ? await search(plan.matching) : await searchVersions();
	if (plainly && !isGrid(plan, found)) found = await searchVersions();
	if (found.length === 0) return { json: "[]", select: plan.select };
	return decode(plan, await send(compileFound(plan, found)));
}

function notVersioned(): AppError {
	return new AppError("BAD_USER_INPUT", {
		message: "The rows of a view cannot be held to this filter while they are written; nothing was written.",
		hint: "Filter by comparisons of columns, each of which has to hold, or write to the table behind the view.",
		extensions: { argument: "where" },
	});
}

function tooMany(atMost: number): AppError {
	return new AppError("LIMIT_EXCEEDED", {
		message: `More than ${atMost === 1 ? "one row matches" : `${atMost} rows match`}; nothing was written.`,
		hint: "Narrow `where`, or raise `atMost`.",
		extensions: { argument: "atMost" },
	});
}
