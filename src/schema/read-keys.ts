// Takes a relation, gives its keys: the primary one first, then unique ones by name. A materialized view has no constraints;
// its unique indexes are as good.
import type { PgClass } from "pg-introspection";
import type { Key } from "./catalog.ts";

export function readKeys(pgClass: PgClass): Key[] {
	return (pgClass.relkind === "m" ? indexKeys(pgClass) : constraintKeys(pgClass)).sort(
		(a, b) => Number(b.primary) - Number(a.primary) || (a.constraint < b.constraint ? -1 : 1),
	);
}

function constraintKeys(pgClass: PgClass): Key[] {
	return pgClass
		.getConstraints()
		.filter((constraint) => constraint.contype === "p" || constraint.contype === "u")
		.map((constraint) =>
			Object.freeze({
				constraint: constraint.conname,
				columns: Object.freeze((constraint.getAttributes() ?? []).map(({ attname }) => attname)),
				primary: constraint.contype === "p",
				deferrable: constraint.condeferrable === true,
			}),
		);
}

/** Whole and of columns only: neither of a part of the rows nor of expressions. */
function indexKeys(pgClass: PgClass): Key[] {
	return pgClass
		.getIndexes()
		.filter(({ indisunique, indisvalid, indpred }) => indisunique === true && indisvalid === true && indpred === null)
		.flatMap((index) => {
			const keys = index.getKeys();
			const columns = keys.slice(0, index.indnkeyatts ?? keys.length).flatMap((attribute) => attribute?.attname ?? []);
			const name = index.getIndexClass()?.relname;
			if (name === undefined || keys.includes(null) || columns.length === 0) return [];
			return [Object.freeze({ constraint: name, columns: Object.freeze(columns), primary: false, deferrable: false })];
		});
}
