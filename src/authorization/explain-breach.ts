// Takes an error by which the database refused a row, adds the constraint and its fields under their GraphQL names, for a
// caller who has a right to every one of them; for everybody else it stays as it is. A name that somebody may not know must
// not be learnt from a mistake.
import { AppError } from "../error/app-error.ts";
import { type BreachKind, ConstraintBreach } from "../error/constraint-breach.ts";
import type { Principal } from "../identity/principal.ts";
import type { ColumnModel, DataModel, TableModel } from "../schema/model.ts";
import { constraintName } from "../schema/naming.ts";
import type { Authorizer } from "./authorizer.ts";
import { columnObject, tableObject } from "./object.ts";

/** What was broken, in the words of the model. */
interface Broken {
	readonly table: TableModel;
	/** Null: a column that may not be null. */
	readonly constraint: string | null;
	/** Without the tenant column. */
	readonly columns: readonly ColumnModel[];
}

/**
 * The error with what the caller may know, or as it was.
 * @param own the table that the field is about; null: none
 */
export function explainBreach(
	from: { readonly authorizer: Authorizer; readonly model: DataModel; readonly own: TableModel | null },
	principal: Principal,
	error: unknown,
): unknown {
	const cause = error instanceof AppError ? error.cause : undefined;
	if (!(error instanceof AppError) || !(cause instanceof ConstraintBreach)) return error;
	const broken = findBroken(from.model, from.own, cause);
	if (broken === null || !mayKnow(from.authorizer, principal, broken)) return error;
	const { table, constraint, columns } = broken;
	const away = from.own !== null && (table !== from.own || isReference(cause));
	const extensions = {
		...(constraint === null ? {} : { constraint: constraintName(constraint) }),
		type: table.typeName,
		fields: columns.map(({ name }) => name),
	};
	return new AppError(error.code, { ...wording(cause.kind, broken, away), extensions, cause });
}

/** "update or delete on table … violates foreign key constraint … on table …": the row is referred to. */
function isReference({ kind, names }: ConstraintBreach): boolean {
	return kind === "foreignKey" && names.length === 3;
}

/** The table whose constraint it is: the field's own before others; where several could be meant, none. */
function findBroken(model: DataModel, own: TableModel | null, breach: ConstraintBreach): Broken | null {
	const found = [...model.tables.values()].flatMap((table) => breakingOf(table, breach) ?? []);
	return found.find(({ table }) => table === own) ?? (found.length === 1 ? (found[0] ?? null) : null);
}

function breakingOf(model: TableModel, { kind, names }: ConstraintBreach): Broken | null {
	const { table } = model;
	if (kind === "notNull") {
		const [column, relation] = names;
		return relation === table.name && column !== undefined ? broken(model, null, [column]) : null;
	}
	const constraints = kind === "unique" ? table.keys : kind === "foreignKey" ? table.foreignKeys : table.rules;
	const constraint = constraints.find((each) => names.includes(each.constraint));
	return constraint === undefined ? null : broken(model, constraint.constraint, constraint.columns);
}

/** Null where a column is not in the schema. */
function broken(table: TableModel, constraint: string | null, names: readonly string[]): Broken | null {
	const fields = [...table.fields.values()].filter((field) => field.kind === "column");
	const columns = names.map((name) => fields.find(({ column, routine }) => column.name === name && routine === null));
	if (!columns.every((column) => column !== undefined)) return null;
	return { table, constraint, columns: columns.filter(({ tenant }) => !tenant) };
}

const actions = ["select", "insert", "update", "delete"] as const;

function mayKnow(authorizer: Authorizer, principal: Principal, { table, columns }: Broken): boolean {
	const may = (object: string) => actions.some((action) => authorizer.decide(principal, object, action).allowed);
	return may(tableObject(table.table)) && columns.every(({ column }) => may(columnObject(table.table, column.name)));
}

/** @param away the constraint is not one of the row that was written */
function wording(
	kind: BreachKind,
	{ table, columns, constraint }: Broken,
	away: boolean,
): { readonly message: string; readonly hint: string } {
	const type = table.typeName;
	const fields = columns.map(({ name }) => name).join(" and ");
	switch (kind) {
		case "unique":
			return {
				message: `A ${type} with this ${fields || "tenant"} exists already.`,
				hint: "Use another value, or update that row; onConflict of a bulk create does either.",
			};
		case "foreignKey":
			return away
				? { message: `The row is still referred to by ${type}.${fields}.`, hint: `Delete or move those rows first.` }
				: { message: `${type}.${fields} refers to a row that does not exist.`, hint: `Check ${fields}.` };
		case "notNull":
			return { message: `${type}.${fields} is required.`, hint: `Give ${fields} a value that is not null.` };
		case "check":
			return {
				message: `${fields || type} breaks the check ${constraintName(constraint ?? "")}.`,
				hint: `Use a value that the check allows.`,
			};
		case "exclusion":
			return {
				message: `The row overlaps another ${type} by ${fields}.`,
				hint: "Use other values, or change the row that is in the way.",
			};
	}
}
