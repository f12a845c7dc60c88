// Takes a root field that reads rows of a table, by page or by key, with its parts; gives the plan of the read.
import type { RootField } from "../schema/model.ts";
import { fitSelect } from "./fit-select.ts";
import type { ReadPlan } from "./nodes.ts";
import { keyCondition, planKey } from "./plan-key.ts";
import { planPage } from "./plan-page.ts";
import { type RootParts, refOf } from "./root-parts.ts";

/** Plans a list. @throws AppError BAD_USER_INPUT or LIMIT_EXCEEDED */
export function planList(
	{ table }: Extract<RootField, { kind: "list" }>,
	{ args, select, scope }: RootParts,
): ReadPlan {
	const page = planPage(table, args, scope);
	return Object.freeze({
		kind: "read",
		from: refOf(table),
		cardinality: "many",
		select: fitSelect(select, table.table, page),
		...page,
	});
}

/** Plans the look-up of one row. @throws AppError BAD_USER_INPUT */
export function planByKey(
	{ table, key }: Extract<RootField, { kind: "byKey" }>,
	{ args, select }: RootParts,
): ReadPlan {
	return Object.freeze({
		kind: "read",
		from: refOf(table),
		cardinality: "one",
		select,
		where: keyCondition(planKey(key, args)),
		order: Object.freeze([]),
		limit: null,
		offset: 0,
	});
}
