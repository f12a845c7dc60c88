// Takes the arguments that name a row by one of its keys, gives the values of the key's columns.
import type { KeyModel } from "../schema/model.ts";
import { allOf } from "./all-of.ts";
import type { ConditionNode, KeyValues } from "./nodes.ts";
import { planValue } from "./plan-value.ts";
import type { Arguments } from "./read-arguments.ts";

/** Column name → value, in key order. @throws AppError BAD_USER_INPUT */
export function planKey(key: KeyModel, args: Arguments): KeyValues {
	const entries = key.columns.map(({ name, column }) => [column.name, planValue(column.type, args[name], name)]);
	return Object.freeze(Object.fromEntries(entries));
}

/** The key as a condition on a row. */
export function keyCondition(key: KeyValues): ConditionNode | null {
	return allOf(
		Object.entries(key).map(([column, value]) => Object.freeze({ kind: "compare", column, operator: "eq", value })),
	);
}
