// Takes PostgREST's answer to a plan, gives its rows as JSON text in the plan's shape; refuses an error answer by mapping
// it to the catalogue. Rows are not parsed here: most answers pass on as text.
import { AppError } from "../../error/app-error.ts";
import type { Plan, RoutinePlan } from "../../plan/nodes.ts";
import type { Rows } from "../source.ts";
import { decodeRoutine } from "./decode-routine.ts";
import { mapError } from "./map-error.ts";
import { headerOf } from "./read-response.ts";

/** What came back over the wire. */
export interface UpstreamResponse {
	readonly status: number;
	/** Status line and headers as they came; `headerOf` reads one. */
	readonly head: string;
	readonly body: string;
}

/** Decodes an answer. No row for a key is `null`, not an error. @throws AppError for an error answer */
export function decode(plan: Plan, response: UpstreamResponse): Rows {
	if (response.status >= 400) throw mapError(plan, response);
	// json_agg puts ", \n " between rows; no JSON string holds a raw newline, so this is nothing but layout.
	if (plan.kind === "routine") return decodeRoutine(plan, response.body);
	const json = response.body.replaceAll(", \n ", ",");
	const rows = { json: isMany(plan) ? json : onlyRow(plan, json), select: plan.select };
	return plan.kind === "connection" && plan.total ? { ...rows, total: totalOf(response) } : rows;
}

/** `Content-Range: 0-9/147`, or with no row on the page, an asterisk and the total behind the slash. */
function totalOf(response: UpstreamResponse): number {
	const [, total] = /\/(\d+)$/.exec(headerOf(response.head, "content-range") ?? "") ?? [];
	if (total === undefined) throw new AppError("INTERNAL", { cause: new Error("PostgREST counted no rows") });
	return Number(total);
}

function isMany(plan: Exclude<Plan, RoutinePlan>): boolean {
	switch (plan.kind) {
		case "read":
			return plan.cardinality === "many";
		case "aggregate":
		case "connection":
		case "createMany":
		case "updateMany":
		case "deleteMany":
			return true;
		case "create":
		case "update":
		case "delete":
			return false;
	}
}

function onlyRow(plan: Exclude<Plan, RoutinePlan>, json: string): string {
	const row = json.slice(1, -1);
	if (row !== "") return row;
	if (plan.kind !== "create") return "null";
	throw new AppError("FORBIDDEN", {
		message: "The row was written, but you may not read it.",
		hint: "Ask an admin for the right to read this table.",
	});
}
