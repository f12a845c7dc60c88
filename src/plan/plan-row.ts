// Takes an input or a patch, gives the columns that are written with their values; refuses a patch that changes nothing.
import { AppError } from "../error/app-error.ts";
import type { TableModel } from "../schema/model.ts";
import type { RowValues } from "./nodes.ts";
import { planValue } from "./plan-value.ts";
import type { Arguments } from "./read-arguments.ts";

/**
 * Plans the values of a row.
 * @param at where the input stands, such as `input`, for errors
 * @throws AppError BAD_USER_INPUT
 */
export function planRow(table: TableModel, input: unknown, at: string): RowValues {
	const entries = Object.entries(input as Arguments).flatMap(([name, value]) => {
		const field = table.fields.get(name);
		if (field?.kind !== "column") throw new Error(`no column is named ${name}`);
		return value === undefined ? [] : [[field.column.name, planValue(field.column.type, value, `${at}.${name}`)]];
	});
	return Object.freeze(Object.fromEntries(entries));
}

/** Plans what a patch changes. @throws AppError BAD_USER_INPUT */
export function planPatch(table: TableModel, patch: unknown): RowValues {
	const values = planRow(table, patch, "patch");
	if (Object.keys(values).length > 0) return values;
	throw new AppError("BAD_USER_INPUT", {
		message: "The patch is empty.",
		hint: "Name at least one field to change.",
		extensions: { argument: "patch" },
	});
}
