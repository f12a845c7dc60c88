// What the doctor says about one object of the database.

export interface Finding {
	/** error: rows may be seen or changed by the wrong caller. warning: slow, fragile, or of little use. */
	readonly severity: "error" | "warning";
	/** Name of the check, such as `rls-missing`. */
	readonly code: string;
	/** What it is about, such as `api.products` or `policy own_tenant on api.products`. */
	readonly object: string;
	/** What is wrong and what follows from it, for a person. */
	readonly message: string;
	/** SQL that would mend it; where nobody but the owner can know, a comment that says what to do. */
	readonly fix: string;
}
