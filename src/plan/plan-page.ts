// Takes the arguments of a list, gives its condition, total order, limit and offset; refuses a limit that is negative or
// above the maximum.
import { AppError } from "../error/app-error.ts";
import type { ErrorCode } from "../error/catalogue.ts";
import type { TableModel } from "../schema/model.ts";
import type { OrderNode, ReadPlan } from "./nodes.ts";
import { planWhere } from "./plan-where.ts";
import type { Arguments } from "./read-arguments.ts";

/** What planning needs beside the selection. */
export interface PlanScope {
	/** Coerced variables by name. */
	readonly variables: Readonly<Record<string, unknown>>;
	/** Response path of the field that is planned, for errors. */
	readonly path: readonly string[];
	readonly limits: PageLimits;
}

export interface PageLimits {
	/** Rows of a list without a limit. */
	readonly defaultLimit: number;
	/** Highest limit that is accepted. */
	readonly maxLimit: number;
}

type Page = Pick<ReadPlan, "where" | "order" | "limit" | "offset">;

/** Plans `where`, `orderBy`, `limit` and `offset`. @throws AppError BAD_USER_INPUT or LIMIT_EXCEEDED */
export function planPage(table: TableModel, args: Arguments, scope: PlanScope): Page {
	return {
		where: planWhere(table, args["where"], "where"),
		order: planOrder(table, args["orderBy"]),
		...planSlice(args, scope),
	};
}

/** Plans `limit` and `offset` alone. @throws AppError BAD_USER_INPUT or LIMIT_EXCEEDED */
export function planSlice(args: Arguments, scope: PlanScope): Pick<Page, "limit" | "offset"> {
	return { limit: planLimit(args["limit"], scope), offset: planOffset(args["offset"], scope) };
}

function planLimit(given: unknown, { limits, path }: PlanScope): number {
	if (given === undefined || given === null) return limits.defaultLimit;
	const limit = given as number;
	if (limit < 0) throw refuse("BAD_USER_INPUT", path, `limit is ${limit}.`, "A limit is 0 or more.");
	if (limit > limits.maxLimit) {
		const hint = `The most is ${limits.maxLimit}; page through the rest with offset.`;
		throw refuse("LIMIT_EXCEEDED", path, `limit is ${limit}.`, hint);
	}
	return limit;
}

function planOffset(given: unknown, { path }: PlanScope): number {
	if (given === undefined || given === null) return 0;
	const offset = given as number;
	if (offset < 0) throw refuse("BAD_USER_INPUT", path, `offset is ${offset}.`, "An offset is 0 or more.");
	return offset;
}

function refuse(code: ErrorCode, path: readonly string[], message: string, hint: string): AppError {
	return new AppError(code, { message, hint, extensions: { argument: message.split(" ")[0] } }, { path });
}

/** The order that was asked for, made total by the primary key, so that pages neither skip nor repeat a row. */
function planOrder(table: TableModel, given: unknown): readonly OrderNode[] {
	const asked = ((given ?? []) as readonly Readonly<Record<string, string>>[]).flatMap((item) =>
		Object.entries(item).map(([name, direction]) => orderBy(table, name, direction)),
	);
	const named = new Set(asked.map((order) => order.column));
	const rest = table.tieBreak.filter(({ column }) => !named.has(column.name));
	return Object.freeze([...asked, ...rest.map(({ column }) => order(column.name, "asc", null))]);
}

function orderBy(table: TableModel, name: string, direction: string): OrderNode {
	const field = table.fields.get(name);
	if (field?.kind !== "column") throw new Error(`no column is named ${name}`);
	const nulls = direction.endsWith("_NULLS_FIRST") ? "first" : direction.endsWith("_NULLS_LAST") ? "last" : null;
	return order(field.column.name, direction.startsWith("DESC") ? "desc" : "asc", nulls);
}

function order(column: string, direction: OrderNode["direction"], nulls: OrderNode["nulls"]): OrderNode {
	return Object.freeze({ kind: "order", column, direction, nulls });
}
