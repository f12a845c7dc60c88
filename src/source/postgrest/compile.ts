// Takes a plan, gives the one PostgREST request that carries it out. Pure: method, path, headers, body; no I/O. Source:
// PostgREST 12 documentation, "Tables and Views".
import { AppError } from "../../error/app-error.ts";
import type { KeyValues, Plan, SelectNode } from "../../plan/nodes.ts";
import type { TableRef } from "../../schema/catalog.ts";
import { selectParameters } from "./compile-select.ts";
import { literal, parameter, quoted } from "./encode.ts";

export interface CompiledRequest {
	readonly method: "GET" | "POST" | "PATCH" | "DELETE";
	/** Path with query, percent-encoded. */
	readonly path: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string | null;
}

/** PostgREST's HTTP server (warp) takes 50 KiB of request line and headers together; the rest is for the headers. */
const maxPathLength = 40_000;

const compiled = new WeakMap<Plan, CompiledRequest>();

/** Compiles a plan; the same plan object only once. @throws AppError LIMIT_EXCEEDED for a request that is too long */
export function compile(plan: Plan): CompiledRequest {
	const known = compiled.get(plan);
	if (known !== undefined) return known;
	const request = Object.freeze(compilePlan(plan));
	if (request.path.length > maxPathLength) {
		throw new AppError("LIMIT_EXCEEDED", {
			message: "The filters of this field are too long for one request.",
			hint: "Use fewer or shorter values, or split the query.",
		});
	}
	compiled.set(plan, request);
	return request;
}

function compilePlan(plan: Plan): CompiledRequest {
	switch (plan.kind) {
		case "read":
			return {
				method: "GET",
				path: path(plan.from, selectParameters(plan.select, plan)),
				headers: { "accept-profile": plan.from.schema },
				body: null,
			};
		case "create":
			return write({ method: "POST", table: plan.into, select: plan.select, key: {}, body: plan.row });
		case "update":
			return write({ method: "PATCH", table: plan.table, select: plan.select, key: plan.key, body: plan.patch });
		case "delete":
			return write({ method: "DELETE", table: plan.from, select: plan.select, key: plan.key, body: null });
	}
}

function write(request: {
	readonly method: "POST" | "PATCH" | "DELETE";
	readonly table: TableRef;
	readonly select: SelectNode;
	readonly key: KeyValues;
	readonly body: object | null;
}): CompiledRequest {
	const { method, table, select, key, body } = request;
	const query = [...selectParameters(select, null), ...keyParameters(key)];
	return {
		method,
		path: path(table, query),
		headers: {
			"accept-profile": table.schema,
			"content-profile": table.schema,
			prefer: "return=representation",
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
