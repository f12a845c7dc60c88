// Takes a function of the database with its arguments and selection, gives the plan of the call; refuses a filter or an order
// that PostgREST cannot apply to the rows of a function.
import { AppError } from "../error/app-error.ts";
import type { RoutineModel, TableModel } from "../schema/model.ts";
import type {
	ColumnField,
	ConditionNode,
	ReadPlan,
	RoutinePlan,
	RoutineRows,
	RoutineValues,
	RowValues,
	SelectNode,
} from "./nodes.ts";
import { planValueDecoding } from "./plan-column.ts";
import { type PlanScope, planPage, planSlice } from "./plan-page.ts";
import { planSelect } from "./plan-select.ts";
import { planValue } from "./plan-value.ts";
import type { Arguments } from "./read-arguments.ts";
import type { RootSelection, SelectedComposite } from "./selection.ts";

interface Call {
	readonly root: RootSelection;
	readonly args: Arguments;
	readonly scope: PlanScope;
}

/** Plans a call. @throws AppError BAD_USER_INPUT or LIMIT_EXCEEDED */
export function planRoutine(model: RoutineModel, call: Call): RoutinePlan {
	const { schema, name } = model.routine;
	return Object.freeze({
		kind: "routine",
		routine: Object.freeze({ schema, name }),
		args: planArguments(model, call.args),
		result: Object.freeze(planResult(model, call)),
	});
}

function planArguments(model: RoutineModel, args: Arguments): RowValues {
	const entries = model.arguments.flatMap(({ name, argument }) =>
		args[name] === undefined ? [] : [[argument.name, planValue(argument.type, args[name], name)]],
	);
	return Object.freeze(Object.fromEntries(entries));
}

function planResult(model: RoutineModel, { root, args, scope }: Call): RoutinePlan["result"] {
	const { routine, rows } = model;
	if (rows !== null && root.selection !== null) {
		return planRows({ model, rows, select: planSelect(root.selection, scope), args, scope });
	}
	if (routine.result.kind === "value") return planValues(model, root.composite, { args, scope });
	return { kind: "void" };
}

function planValues(
	{ routine: { many, result } }: RoutineModel,
	composite: SelectedComposite | null,
	{ args, scope }: Pick<Call, "args" | "scope">,
): RoutineValues {
	if (result.kind !== "value") throw new Error("the function gives no value");
	const select = Object.freeze({ kind: "value" as const, many, decoding: planValueDecoding(result.type, composite) });
	return { kind: "values", select, ...(many ? planSlice(args, scope) : { limit: null, offset: 0 }) };
}

function planRows(from: {
	readonly model: RoutineModel;
	readonly rows: TableModel;
	readonly select: SelectNode;
	readonly args: Arguments;
	readonly scope: PlanScope;
}): RoutineRows {
	const { model, rows, select, args, scope } = from;
	const { schema, name, many } = model.routine;
	const none = { where: null, order: Object.freeze([]), limit: null, offset: 0 };
	const page = many ? planPage(rows, args, scope) : none;
	// A function gives its rows in an order of its own, such as the best first.
	const order = args["orderBy"] === undefined || args["orderBy"] === null ? none.order : page.order;
	const presence = many ? null : (rows.identity?.[0] ?? null);
	const needed = [
		...(presence === null ? [] : [presence]),
		...columnsIn(page.where),
		...order.flatMap(({ via, column }) => (via.length === 0 ? column : [])),
	];
	checkHeld(rows, needed);
	const hidden = hideColumns(select, [...new Set(needed)]);
	const fetched: SelectNode = Object.freeze({
		...select,
		fields: Object.freeze([...select.fields, ...hidden]),
		presence: hidden.length === 0 ? select.presence : null,
	});
	const read: ReadPlan = Object.freeze({
		kind: "read",
		from: Object.freeze({ schema, name }),
		cardinality: many ? "many" : "one",
		select: fetched,
		...page,
		order,
	});
	const shape = hidden.length === 0 ? select : Object.freeze({ ...select, verbatim: "never" as const });
	return { kind: "rows", read, presence: presence === null ? null : (hidden[0]?.as ?? null), select: shape };
}

/** PostgREST applies a filter and an order to the selected columns of a function's rows: these are selected beside the others. */
function hideColumns({ fields }: SelectNode, columns: readonly string[]): readonly ColumnField[] {
	const taken = new Set(fields.flatMap((field) => (field.kind === "typename" ? field.key : field.as)));
	let number = 0;
	return columns.map((column) => {
		while (taken.has(`h${number}`)) number++;
		return Object.freeze<ColumnField>({
			kind: "column",
			key: `h${number}`,
			as: `h${number++}`,
			column,
			cast: null,
			decoding: { kind: "verbatim" },
		});
	});
}

function columnsIn(condition: ConditionNode | null): readonly string[] {
	if (condition === null) return [];
	switch (condition.kind) {
		case "and":
		case "or":
			return condition.conditions.flatMap(columnsIn);
		case "not":
			return columnsIn(condition.condition);
		case "compare":
		case "in":
		case "isNull":
		case "search":
			return [condition.column];
		// A related row is looked for by its relation, which PostgREST provides for.
		case "related":
			return [];
	}
}

/** A selected row is no row of its table any more, so its computed fields cannot be asked of it. */
function checkHeld({ table, fields }: TableModel, columns: readonly string[]): void {
	const held = new Set(table.columns.map(({ name }) => name));
	const computed = columns.find((column) => !held.has(column));
	if (computed === undefined) return;
	const field = [...fields.values()].find((each) => each.kind === "column" && each.column.name === computed);
	throw new AppError("BAD_USER_INPUT", {
		message: `The rows of a function cannot be filtered or ordered by ${field?.name}, which is computed.`,
		hint: "Select it, or filter the table's own list by it.",
	});
}
