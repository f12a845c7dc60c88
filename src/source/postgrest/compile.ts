// Takes a plan, gives the one PostgREST request that carries it out. Pure: method, path, headers, body; no I/O. Source:
// PostgREST 12 documentation, "Tables and Views".
import { AppError } from "../../error/app-error.ts";
import type { CreateManyPlan, KeyValues, RequestPlan, RoutinePlan, SelectNode } from "../../plan/nodes.ts";
import type { TableRef } from "../../schema/catalog.ts";
import { aggregateParameters, selectParameters } from "./compile-select.ts";
import { literal, parameter, quoted, quoteName } from "./encode.ts";

export interface CompiledRequest {
	readonly method: "GET" | "POST" | "PATCH" | "DELETE";
	/** Path with query, percent-encoded. */
	readonly path: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string | null;
}

/** PostgREST's HTTP server (warp) takes 50 KiB of request line and headers together; the rest is for the headers. */
const maxPathLength = 40_000;

/** Compiles a plan. @throws AppError LIMIT_EXCEEDED for a request that is too long */
export function compile(plan: RequestPlan): CompiledRequest {
	return withinLength(compilePlan(plan));
}

/** The request, where PostgREST takes so long a one. @throws AppError LIMIT_EXCEEDED */
export function withinLength(request: CompiledRequest): CompiledRequest {
	if (request.path.length <= maxPathLength) return request;
	throw new AppError("LIMIT_EXCEEDED", {
		message: "The filters of this field are too long for one request.",
		hint: "Use fewer or shorter values, or split the query.",
	});
}

function compilePlan(plan: RequestPlan): CompiledRequest {
	switch (plan.kind) {
		case "read":
			return {
				method: "GET",
				path: path(plan.from, selectParameters(plan.select, plan)),
				headers: { "accept-profile": plan.from.schema },
				body: null,
			};
		case "aggregate":
			return {
				method: "GET",
				path: path(plan.from, aggregateParameters(plan)),
				headers: { "accept-profile": plan.from.schema },
				body: null,
			};
		case "connection":
			return {
				method: "GET",
				path: path(plan.read.from, selectParameters(plan.select.row, plan.read, { keyed: plan.keyed })),
				headers: {
					"accept-profile": plan.read.from.schema,
					...(plan.total ? { prefer: "count=exact" } : {}),
				},
				body: null,
			};
		case "routine":
			return compileRoutine(plan);
		case "create":
			return compileWrite({ method: "POST", table: plan.into, select: plan.select, body: plan.row });
		case "createMany":
			return compileCreateMany(plan);
		case "update":
			return compileWrite({
				method: "PATCH",
				table: plan.table,
				select: plan.select,
				parameters: keyParameters(plan.key),
				body: plan.patch,
			});
		case "delete":
			return compileWrite({
				method: "DELETE",
				table: plan.from,
				select: plan.select,
				parameters: keyParameters(plan.key),
				body: null,
			});
	}
}

/** Always by POST, with the arguments as JSON: in a URL an argument could not be told from a filter. */
function compileRoutine({ routine, args, result }: RoutinePlan): CompiledRequest {
	const query = routineParameters(result);
	return {
		method: "POST",
		path: `/rpc/${encodeURIComponent(routine.name)}${query.length === 0 ? "" : `?${query.join("&")}`}`,
		headers: {
			"accept-profile": routine.schema,
			"content-profile": routine.schema,
			"content-type": "application/json",
		},
		body: JSON.stringify(args),
	};
}

function routineParameters(result: RoutinePlan["result"]): readonly string[] {
	switch (result.kind) {
		case "rows":
			return selectParameters(result.read.select, result.read);
		case "values":
			return [
				...(result.limit === null ? [] : [parameter("limit", String(result.limit))]),
				...(result.offset === 0 ? [] : [parameter("offset", String(result.offset))]),
			];
		case "void":
			return [];
	}
}

/** One insert of all rows; a column that a row does not name gets its default. */
function compileCreateMany({ into, columns, rows, onConflict, select }: CreateManyPlan): CompiledRequest {
	const parameters = [
		parameter("columns", columns.map(quoteName).join(",")),
		...(onConflict === null ? [] : [parameter("on_conflict", onConflict.columns.map(quoteName).join(","))]),
	];
	const resolution = onConflict === null ? [] : [`resolution=${onConflict.resolution}-duplicates`];
	const prefer = ["missing=default", ...resolution];
	return compileWrite({ method: "POST", table: into, select, parameters, prefer, body: rows });
}

/** A write that gives the rows that it wrote. */
export function compileWrite(request: {
	readonly method: "POST" | "PATCH" | "DELETE";
	readonly table: TableRef;
	readonly select: SelectNode;
	/** What stands in the URL beside the selection. */
	readonly parameters?: readonly string[];
	/** Preferences beside the one for the rows. */
	readonly prefer?: readonly string[];
	readonly body: object | null;
}): CompiledRequest {
	const { method, table, select, parameters = [], prefer = [], body } = request;
	return {
		method,
		path: path(table, [...selectParameters(select, null), ...parameters]),
		headers: {
			"accept-profile": table.schema,
			"content-profile": table.schema,
			prefer: ["return=representation", ...prefer].join(", "),
			...(body === null ? {} : { "content-type": "application/json" }),
		},
		body: body === null ? null : JSON.stringify(body),
	};
}

/**
 * Each column as a filter of its own: PostgREST 12.0.2 applies a logic tree to the written row once more, so a change of
 * the key itself would come back as no row. The name is quoted, or a column named `order` would be taken for an order.
 */
function keyParameters(key: KeyValues): string[] {
	return Object.entries(key).map(([column, value]) => parameter(quoted(column), `eq.${literal(value)}`));
}

function path(table: TableRef, query: readonly string[]): string {
	return `/${encodeURIComponent(table.name)}?${query.join("&")}`;
}
