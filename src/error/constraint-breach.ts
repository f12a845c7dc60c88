// The cause of an error by which Postgres refused a row (SQLSTATE class 23): which kind of constraint, and the names that its
// text holds. Source: PostgreSQL documentation, "Error Codes", class 23; the names are quoted in every language.

export type BreachKind = "unique" | "foreignKey" | "notNull" | "check" | "exclusion";

const kinds: Readonly<Record<string, BreachKind>> = Object.freeze({
	"23505": "unique",
	"23503": "foreignKey",
	"23502": "notNull",
	"23514": "check",
	"23P01": "exclusion",
});

/** For the log and for those who may know the names; the message is what the upstream said. */
export class ConstraintBreach extends Error {
	readonly kind: BreachKind;
	/** Relations, constraints and columns of the database, in the order in which the text has them. */
	readonly names: readonly string[];

	constructor(message: string, kind: BreachKind, text: string) {
		super(message);
		this.name = "ConstraintBreach";
		this.kind = kind;
		this.names = Object.freeze([...text.matchAll(/"([^"]+)"/g)].map(([, name]) => name ?? ""));
	}
}

/** The kind of constraint that a SQLSTATE is about; null: none. */
export function breachKind(code: string): BreachKind | null {
	return kinds[code] ?? null;
}
