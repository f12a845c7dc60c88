// Takes the root field that creates many rows, with its parts; gives the plan of the insert; refuses too many rows, and an
// `onConflict` that PostgREST would carry out differently from how it reads.
import { AppError } from "../error/app-error.ts";
import type { ConflictTarget, RootField, TableModel } from "../schema/model.ts";
import type { ConflictNode, CreateManyPlan, RowValues } from "./nodes.ts";
import { planRow } from "./plan-row.ts";
import { type RootParts, refOf } from "./root-parts.ts";

interface OnConflict {
	readonly constraint: string;
	readonly update: readonly string[];
}

/** Plans an insert of many rows. @throws AppError BAD_USER_INPUT or LIMIT_EXCEEDED */
export function planCreateMany(
	{ table }: Extract<RootField, { kind: "createMany" }>,
	{ args, select, scope }: RootParts,
): CreateManyPlan {
	const inputs = args["inputs"] as readonly unknown[];
	const { maxLimit } = scope.limits;
	if (inputs.length > maxLimit) {
		throw new AppError("LIMIT_EXCEEDED", {
			message: `inputs holds ${inputs.length} rows.`,
			hint: `The most is ${maxLimit}; send them in several requests.`,
			extensions: { argument: "inputs" },
		});
	}
	const rows = inputs.map((input, index) => planRow(table, input, `inputs[${index}]`));
	const named = [...new Set(rows.flatMap((row) => Object.keys(row)))];
	return Object.freeze({
		kind: "createMany",
		into: refOf(table),
		columns: Object.freeze(named.length === 0 ? [defaultColumn(table)] : named),
		rows: Object.freeze(rows),
		onConflict: planConflict(table, rows, args["onConflict"] as OnConflict | null | undefined),
		select,
	});
}

/** Where no input names a column, one that the database fills stands for all. */
function defaultColumn({ table }: TableModel): string {
	const column =
		table.columns.find(({ hasDefault, generated, insertable }) => hasDefault && insertable && !generated) ??
		table.columns.find(({ nullable, generated, insertable }) => nullable && insertable && !generated);
	if (column !== undefined) return column.name;
	throw refuse("inputs", "The inputs are empty.", "Name at least one field.");
}

function planConflict(
	table: TableModel,
	rows: readonly RowValues[],
	given: OnConflict | null | undefined,
): ConflictNode | null {
	if (given === undefined || given === null) return null;
	const target = table.conflictTargets.find(({ name }) => name === given.constraint);
	if (target === undefined) throw new Error(`no constraint is named ${given.constraint}`);
	const resolution = given.update.length === 0 ? "ignore" : "merge";
	if (resolution === "merge") checkOverwritten({ table, rows, target, update: given.update });
	return Object.freeze({ kind: "conflict", columns: target.columns, resolution });
}

/**
 * PostgREST 12 overwrites every column that it inserts, a default where a row names none. So each row has to name each
 * field to update, and no other but those of the constraint.
 */
function checkOverwritten(from: {
	readonly table: TableModel;
	readonly rows: readonly RowValues[];
	readonly target: ConflictTarget;
	readonly update: readonly string[];
}): void {
	const { table, rows, target, update } = from;
	const at = "onConflict.update";
	for (const field of table.fields.values()) {
		if (field.kind !== "column") continue;
		const { name } = field.column;
		const naming = rows.filter((row) => Object.hasOwn(row, name)).length;
		if (update.includes(field.name)) {
			if (naming < rows.length)
				throw refuse(at, `Not every input names ${field.name}, which onConflict updates.`, "Give it in every input.");
		} else if (naming > 0 && !target.columns.includes(name)) {
			const hint = `An upsert overwrites all that its inputs name: add ${field.name} to onConflict.update, or leave it out of the inputs.`;
			throw refuse(at, `The inputs name ${field.name}, which onConflict does not update.`, hint);
		}
	}
}

function refuse(argument: string, message: string, hint: string): AppError {
	return new AppError("BAD_USER_INPUT", { message, hint, extensions: { argument } });
}
