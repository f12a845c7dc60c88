// Takes a root field that writes one row, with its parts; gives the plan of the write; refuses an empty patch.
import type { RootField } from "../schema/model.ts";
import type { CreatePlan, DeletePlan, UpdatePlan } from "./nodes.ts";
import { planKey } from "./plan-key.ts";
import { planPatch, planRow } from "./plan-row.ts";
import { type RootParts, refOf } from "./root-parts.ts";

/** Plans an insert. @throws AppError BAD_USER_INPUT */
export function planCreate({ table }: Extract<RootField, { kind: "create" }>, { args, select }: RootParts): CreatePlan {
	return Object.freeze({ kind: "create", into: refOf(table), row: planRow(table, args["input"], "input"), select });
}

/** Plans a change by key. @throws AppError BAD_USER_INPUT */
export function planUpdate(
	{ table, key }: Extract<RootField, { kind: "updateByKey" }>,
	{ args, select }: RootParts,
): UpdatePlan {
	return Object.freeze({
		kind: "update",
		table: refOf(table),
		key: planKey(key, args),
		patch: planPatch(table, args["patch"]),
		select,
	});
}

/** Plans a deletion by key. @throws AppError BAD_USER_INPUT */
export function planDelete(
	{ table, key }: Extract<RootField, { kind: "deleteByKey" }>,
	{ args, select }: RootParts,
): DeletePlan {
	return Object.freeze({ kind: "delete", from: refOf(table), key: planKey(key, args), select });
}
