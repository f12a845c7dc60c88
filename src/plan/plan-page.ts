// Takes the arguments of a list, gives its condition, total order, limit and offset; refuses a limit that is negative or
// above the maximum.
import { AppError } from "../error/app-error.ts";
import type { ErrorCode } from "../error/catalogue.ts";
import type { DataModel, TableModel } from "../schema/model.ts";
import type { Cursors } from "./cursor.ts";
import type { ReadPlan } from "./nodes.ts";
import { planOrder } from "./plan-order.ts";
import { planWhere } from "./plan-where.ts";
import type { Arguments } from "./read-arguments.ts";

/** What planning needs beside the selection. */
export interface PlanScope {
	readonly model: DataModel;
	/** Coerced variables by name. */
	readonly variables: Readonly<Record<string, unknown>>;
	/** Response path of the field that is planned, for errors. */
	readonly path: readonly string[];
	readonly limits: PageLimits;
	/** Of the caller. */
	readonly cursors: Cursors;
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
		where: planWhere(table, args["where"], { model: scope.model, at: "where" }),
		order: planOrder(table, args["orderBy"], scope.model),
		...planSlice(args, scope),
	};
}

/** Plans `limit` and `offset` alone. @throws AppError BAD_USER_INPUT or LIMIT_EXCEEDED */
export function planSlice(args: Arguments, scope: PlanScope): Pick<Page, "limit" | "offset"> {
	return { limit: planLimit(args["limit"], scope), offset: planOffset(args["offset"], scope) };
}

/**
 * Plans how many rows there may be.
 * @param name the argument that says it
 * @throws AppError BAD_USER_INPUT or LIMIT_EXCEEDED
 */
export function planLimit(
	given: unknown,
	{ limits, path }: PlanScope,
	name: "limit" | "first" | "last" = "limit",
): number {
	if (given === undefined || given === null) return limits.defaultLimit;
	const limit = given as number;
	if (limit < 0) throw refuse("BAD_USER_INPUT", path, `${name} is ${limit}.`, "A limit is 0 or more.");
	if (limit > limits.maxLimit) {
		const hint = `The most is ${limits.maxLimit}; page through the rest with ${name === "limit" ? "offset" : "cursors"}.`;
		throw refuse("LIMIT_EXCEEDED", path, `${name} is ${limit}.`, hint);
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
