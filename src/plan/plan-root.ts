// Takes a root field with its resolved selection and the variables, gives its plan; refuses arguments that cannot be
// meant. One root field is one plan, however deep the selection. Each kind of plan has a file of its own.
import type { Plan } from "./nodes.ts";
import { planAggregate } from "./plan-aggregate.ts";
import { planConnection } from "./plan-connection.ts";
import { planCreateMany } from "./plan-create-many.ts";
import { planDeleteMany, planUpdateMany } from "./plan-matching.ts";
import type { PlanScope } from "./plan-page.ts";
import { planByKey, planList } from "./plan-read.ts";
import { planRoutine } from "./plan-routine.ts";
import { planSelect } from "./plan-select.ts";
import { planCreate, planDelete, planUpdate } from "./plan-write.ts";
import { readArguments } from "./read-arguments.ts";
import { type RootParts, refOf } from "./root-parts.ts";
import type { RootSelection } from "./selection.ts";

/** Plans one root field. @throws AppError BAD_USER_INPUT or LIMIT_EXCEEDED, with the field's response path */
export function planRoot(root: RootSelection, given: Omit<PlanScope, "path">): Plan {
	const { field, selection, connection, aggregate } = root;
	const scope: PlanScope = { ...given, path: [root.key] };
	const args = readArguments(root.args, scope.variables);
	if (field.kind === "connection") {
		if (connection === null) throw new Error(`${root.key} gives no connection`);
		return planConnection(connection, args, scope);
	}
	if (field.kind === "routine") return planRoutine(field.routine, { root, args, scope });
	if (field.kind === "aggregate") {
		if (aggregate === null) throw new Error(`${root.key} gives no groups`);
		const planned = planAggregate(aggregate, args, scope);
		return Object.freeze({ kind: "aggregate", from: refOf(field.table), ...planned });
	}
	if (selection === null) throw new Error(`${root.key} gives no rows`);
	const parts: RootParts = { args, select: planSelect(selection, scope), scope };
	switch (field.kind) {
		case "list":
			return planList(field, parts);
		case "byKey":
			return planByKey(field, parts);
		case "create":
			return planCreate(field, parts);
		case "updateByKey":
			return planUpdate(field, parts);
		case "deleteByKey":
			return planDelete(field, parts);
		case "createMany":
			return planCreateMany(field, parts);
		case "updateMany":
			return planUpdateMany(field, parts);
		case "deleteMany":
			return planDeleteMany(field, parts);
	}
}
