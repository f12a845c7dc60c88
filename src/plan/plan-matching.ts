// Takes a root field that writes the rows that match, with its parts; gives the plan: what finds the rows, how many there
// may be, and what is done to them. Refuses an empty patch and an `atMost` out of its range.
import { AppError } from "../error/app-error.ts";
import type { RootField, TableModel } from "../schema/model.ts";
import type { ColumnField, DeleteManyPlan, ReadPlan, UpdateManyPlan } from "./nodes.ts";
import { planPatch } from "./plan-row.ts";
import { planWhere } from "./plan-where.ts";
import { type RootParts, refOf } from "./root-parts.ts";

/** Plans a change of the rows that match. @throws AppError BAD_USER_INPUT or LIMIT_EXCEEDED */
export function planUpdateMany(
	{ table }: Extract<RootField, { kind: "updateMany" }>,
	parts: RootParts,
): UpdateManyPlan {
	const patch = planPatch(table, parts.args["patch"]);
	return Object.freeze({ kind: "updateMany", ...planMatching(table, parts), patch });
}

/** Plans a deletion of the rows that match. @throws AppError BAD_USER_INPUT or LIMIT_EXCEEDED */
export function planDeleteMany(
	{ table }: Extract<RootField, { kind: "deleteMany" }>,
	parts: RootParts,
): DeleteManyPlan {
	return Object.freeze({ kind: "deleteMany", ...planMatching(table, parts) });
}

function planMatching(table: TableModel, { args, select, scope }: RootParts): Omit<DeleteManyPlan, "kind"> {
	const { identity } = table;
	if (identity === null) throw new Error(`nothing tells the rows of ${table.typeName} apart`);
	const atMost = planAtMost(args["atMost"], scope.limits.maxLimit);
	const matching: ReadPlan = Object.freeze({
		kind: "read",
		from: refOf(table),
		cardinality: "many",
		select: Object.freeze({
			kind: "select",
			fields: Object.freeze(identity.map(asText)),
			presence: null,
			verbatim: "always",
		}),
		where: planWhere(table, args["where"], { model: scope.model, at: "where" }),
		order: Object.freeze([]),
		limit: atMost + 1,
		offset: 0,
	});
	return { table: refOf(table), matching, identity, atMost, versioned: table.table.kind === "table", select };
}

function asText(column: string): ColumnField {
	return Object.freeze<ColumnField>({
		kind: "column",
		key: column,
		as: column,
		column,
		cast: "text",
		decoding: { kind: "verbatim" },
	});
}

function planAtMost(given: unknown, maxLimit: number): number {
	const atMost = given as number;
	const extensions = { argument: "atMost" };
	const message = `atMost is ${atMost}.`;
	if (atMost < 1) throw new AppError("BAD_USER_INPUT", { message, hint: "It is 1 or more.", extensions });
	if (atMost <= maxLimit) return atMost;
	const hint = `The most is ${maxLimit}; write the rows in several requests.`;
	throw new AppError("LIMIT_EXCEEDED", { message, hint, extensions });
}
