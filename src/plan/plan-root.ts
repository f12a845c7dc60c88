// Takes a root field with its resolved selection and the variables, gives its plan; refuses arguments that cannot be
// meant. One root field is one plan, however deep the selection.
import { AppError } from "../error/app-error.ts";
import type { KeyModel, TableModel } from "../schema/model.ts";
import { allOf } from "./all-of.ts";
import { fitSelect } from "./fit-select.ts";
import type { ConditionNode, KeyValues, Plan, RowValues } from "./nodes.ts";
import { type PlanScope, planPage } from "./plan-page.ts";
import { planSelect } from "./plan-select.ts";
import { planValue } from "./plan-value.ts";
import { type Arguments, readArguments } from "./read-arguments.ts";
import type { RootSelection } from "./selection.ts";

/** Plans one root field. @throws AppError BAD_USER_INPUT or LIMIT_EXCEEDED, with the field's response path */
export function planRoot(root: RootSelection, scope: Omit<PlanScope, "path">): Plan {
	const { field, selection } = root;
	const here: PlanScope = { ...scope, path: [root.key] };
	const args = readArguments(root.args, scope.variables);
	const select = planSelect(selection, here);
	const { table } = field.table;
	const ref = Object.freeze({ schema: table.schema, name: table.name });
	switch (field.kind) {
		case "list": {
			const page = planPage(field.table, args, here);
			return Object.freeze({
				kind: "read",
				from: ref,
				cardinality: "many",
				select: fitSelect(select, table, page),
				...page,
			});
		}
		case "byKey":
			return Object.freeze({
				kind: "read",
				from: ref,
				cardinality: "one",
				select,
				where: keyCondition(planKey(field.key, args)),
				order: Object.freeze([]),
				limit: null,
				offset: 0,
			});
		case "create":
			return Object.freeze({ kind: "create", into: ref, row: planRow(field.table, args["input"], "input"), select });
		case "updateByKey":
			return Object.freeze({
				kind: "update",
				table: ref,
				key: planKey(field.key, args),
				patch: planPatch(field.table, args["patch"]),
				select,
			});
		case "deleteByKey":
			return Object.freeze({ kind: "delete", from: ref, key: planKey(field.key, args), select });
	}
}

function planKey(key: KeyModel, args: Arguments): KeyValues {
	const entries = key.columns.map(({ name, column }) => [column.name, planValue(column.type, args[name], name)]);
	return Object.freeze(Object.fromEntries(entries));
}

function keyCondition(key: KeyValues): ConditionNode | null {
	return allOf(
		Object.entries(key).map(([column, value]) => Object.freeze({ kind: "compare", column, operator: "eq", value })),
	);
}

function planRow(table: TableModel, input: unknown, at: string): RowValues {
	const entries = Object.entries(input as Arguments).flatMap(([name, value]) => {
		const field = table.fields.get(name);
		if (field?.kind !== "column") throw new Error(`no column is named ${name}`);
		return value === undefined ? [] : [[field.column.name, planValue(field.column.type, value, `${at}.${name}`)]];
	});
	return Object.freeze(Object.fromEntries(entries));
}

function planPatch(table: TableModel, patch: unknown): RowValues {
	const values = planRow(table, patch, "patch");
	if (Object.keys(values).length > 0) return values;
	throw new AppError("BAD_USER_INPUT", {
		message: "The patch is empty.",
		hint: "Name at least one field to change.",
		extensions: { argument: "patch" },
	});
}
