// Takes what was introspected, gives the functions of the exposed schemas that can be called by name, and says of the others
// why they cannot. Functions of extensions, triggers, aggregates and procedures are nobody's API and not mentioned.
import type { Introspection, PgProc, PgType } from "pg-introspection";
import type { Column, Routine, RoutineArgument, RoutineResult, TableRef } from "./catalog.ts";
import { columnType } from "./column-type.ts";
import { readTags } from "./read-tags.ts";
import { readOnly } from "./routine-roles.ts";

/** The functions, and one line for each that is left out. */
export interface FoundRoutines {
	readonly routines: readonly Routine[];
	readonly leftOut: readonly string[];
}

/** Reads the functions of the schemas, sorted by schema, name and arguments. */
export function readRoutines(introspection: Introspection, schemas: readonly string[]): FoundRoutines {
	const rank = (proc: PgProc) => schemas.indexOf(proc.getNamespace()?.nspname ?? "");
	const procs = introspection.procs
		.filter((proc) => rank(proc) >= 0 && proc.prokind === "f" && !isOfExtension(introspection, proc))
		.toSorted((a, b) => rank(a) - rank(b) || compare(signature(a), signature(b)));
	const routines: Routine[] = [];
	const leftOut: string[] = [];
	for (const proc of procs) {
		const read = readRoutine(introspection, proc);
		if (typeof read === "string") leftOut.push(`${signature(proc)}: ${read}`);
		else if (read !== null) routines.push(read);
	}
	return Object.freeze({ routines: Object.freeze(routines), leftOut: Object.freeze(leftOut) });
}

function isOfExtension(introspection: Introspection, proc: PgProc): boolean {
	return introspection.depends.some(({ deptype, objid }) => deptype === "e" && objid === proc._id);
}

/** `api.search_products(query text)`, as in the lines about what is left out. */
function signature(proc: PgProc): string {
	const inputs = proc.getArguments().filter((argument) => argument.isIn);
	const types = inputs.map(({ name, type }) => [name ?? "", type.typname].join(" ").trim());
	return `${proc.getNamespace()?.nspname}.${proc.proname}(${types.join(", ")})`;
}

/** The routine; why it cannot be called; or null for one that needs no mention. */
function readRoutine(introspection: Introspection, proc: PgProc): Routine | string | null {
	const comment = proc.getTagsAndDescription();
	const tags = readTags(comment);
	const returned = introspection.getType({ id: proc.prorettype });
	if (tags.omit || returned === undefined || /trigger$/.test(returned.typname)) return null;
	const inputs = proc.getArguments().filter((argument) => argument.isIn);
	const only = inputs.length === 1 ? rowTypeOf(inputs[0]?.type) : null;
	const hasOutputs = proc.getArguments().some((argument) => argument.isOut);
	const pseudo = [...inputs.map(({ type }) => type), ...(hasOutputs ? [] : [returned])].find(isShapeless);
	if (pseudo !== undefined) return `nobody can tell what ${pseudo.typname} is`;
	if (only === null && inputs.some(({ name }) => name === null || name === ""))
		return "an argument has no name, and PostgREST calls functions by the names of their arguments";
	const result = readResult(introspection, proc, returned);
	if (typeof result === "string") return result;
	return Object.freeze({
		schema: proc.getNamespace()?.nspname ?? "",
		name: proc.proname,
		comment: comment.description ?? null,
		tags,
		volatile: proc.provolatile === "v",
		arguments: Object.freeze(readArguments(introspection, proc, inputs)),
		rowOf: only,
		result,
		many: proc.proretset,
	});
}

function readArguments(
	introspection: Introspection,
	proc: PgProc,
	inputs: readonly { readonly name: string | null; readonly type: PgType }[],
): RoutineArgument[] {
	// Defaults belong to the last inputs; those of other modes do not count.
	const firstDefault = inputs.length - (proc.pronargdefaults ?? 0);
	return inputs.map(({ name, type }, index) => {
		const resolved = columnType(introspection, type._id);
		return Object.freeze({ name: name ?? "", type: resolved.type, required: index < firstDefault });
	});
}

function readResult(introspection: Introspection, proc: PgProc, returned: PgType): RoutineResult | string {
	if (returned.typname === "void") return Object.freeze({ kind: "void" });
	const outputs = proc.getArguments().filter((argument) => argument.isOut);
	if (outputs.length > 0) {
		const columns = outputs.map(({ name, type }, index) =>
			resultColumn(introspection, name || `column${index + 1}`, type),
		);
		return Object.freeze({ kind: "record", columns: Object.freeze(columns) });
	}
	const table = rowTypeOf(returned);
	if (table !== null) return Object.freeze({ kind: "table", table });
	const attributes = returned.typtype === "c" ? (returned.getClass()?.getAttributes() ?? []) : [];
	const columns = attributes
		.filter(({ attnum, attisdropped }) => attnum > 0 && attisdropped !== true)
		.flatMap((attribute) => {
			const type = attribute.getType();
			return type === undefined ? [] : resultColumn(introspection, attribute.attname, type);
		});
	if (columns.length > 0) return Object.freeze({ kind: "record", columns: Object.freeze(columns) });
	return Object.freeze({ kind: "value", type: columnType(introspection, returned._id).type });
}

function resultColumn(introspection: Introspection, name: string, type: PgType): Column {
	const { type: resolved, domains } = columnType(introspection, type._id);
	return Object.freeze({
		name,
		type: resolved,
		domains,
		nullable: true,
		hasDefault: false,
		generated: true,
		...readOnly,
		comment: null,
		tags: Object.freeze({ name: null, foreignName: null, omit: false }),
	});
}

/** The relation whose rows a type is of; null for every other type. */
function rowTypeOf(type: PgType | undefined): TableRef | null {
	const pgClass = type?.typtype === "c" ? type.getClass() : undefined;
	if (pgClass === undefined || pgClass.relkind === "c") return null;
	return Object.freeze({ schema: pgClass.getNamespace()?.nspname ?? "", name: pgClass.relname });
}

/** `record`, `anyelement`, `internal` …: types whose values have no form that is known beforehand. */
function isShapeless(type: PgType): boolean {
	return type.typtype === "p" && type.typname !== "void";
}

function compare(a: string, b: string): number {
	return a < b ? -1 : Number(a > b);
}
