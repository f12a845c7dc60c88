// Takes a relation with what is known of it beside pg-introspection, gives its columns: those that the callers' roles may do
// something with.
import type { Introspection, PgAttribute, PgClass } from "pg-introspection";
import type { Column } from "./catalog.ts";
import { columnType } from "./column-type.ts";
import { readTags } from "./read-tags.ts";
import type { ShownColumns } from "./shown-columns.ts";

/** A row of sql/introspection/relations.sql. */
export interface RelationFacts {
	readonly oid: string;
	readonly writable: number;
	readonly security_invoker: boolean;
	/** Of a view that shows the rows of one relation. */
	readonly rule: string | null;
	readonly deletable: boolean;
	/** By column name. */
	readonly columns: Readonly<Record<string, ColumnFacts>>;
}

interface ColumnFacts extends Pick<Column, "selectable" | "insertable" | "updatable"> {
	/** A column of a view that nothing can be written to. */
	readonly fixed: boolean;
}

/** @param shown columns of a table that a view shows as they are: what they promise, it promises */
export function readColumns(
	introspection: Introspection,
	pgClass: PgClass,
	facts: RelationFacts,
	shown: ShownColumns,
): Column[] {
	return liveAttributes(pgClass).flatMap((attribute) => {
		const own = facts.columns[attribute.attname];
		if (own === undefined || !(own.selectable || own.insertable || own.updatable)) return [];
		return [readColumn(introspection, { attribute, facts: own, shown: shown.get(attribute.attnum) ?? attribute })];
	});
}

function liveAttributes(pgClass: PgClass): PgAttribute[] {
	return pgClass.getAttributes().filter((attribute) => attribute.attnum > 0 && attribute.attisdropped !== true);
}

interface ColumnParts {
	readonly attribute: PgAttribute;
	readonly facts: ColumnFacts;
	/** The attribute that it shows: itself, but in a view. */
	readonly shown: PgAttribute;
}

function readColumn(introspection: Introspection, { attribute, facts, shown }: ColumnParts): Column {
	const comment = attribute.getTagsAndDescription();
	const resolved = columnType(introspection, attribute.atttypid, shown.attndims ?? 0);
	const { selectable, insertable, updatable, fixed } = facts;
	const hasDefault = attribute.atthasdef === true || shown.atthasdef === true || shown.attidentity === "d";
	return Object.freeze({
		name: attribute.attname,
		type: resolved.type,
		domains: resolved.domains,
		nullable: shown.attnotnull !== true && !resolved.notNull,
		hasDefault: hasDefault || resolved.hasDefault,
		generated: fixed || shown.attidentity === "a" || shown.attgenerated === "s",
		...{ selectable, insertable, updatable },
		comment: comment.description ?? null,
		tags: readTags(comment),
	});
}
