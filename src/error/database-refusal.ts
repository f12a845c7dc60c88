// The cause of a FORBIDDEN that came from Postgres (SQLSTATE 42501): which of its walls refused. Source: PostgreSQL
// documentation, "Privileges" and "Row Security Policies"; the two share one code and differ in their text only.

/** A right that was not granted, or a row that a policy refuses. */
export type DatabaseWall = "GRANT" | "ROW_LEVEL_SECURITY";

/** For the log and for those who may know why; the message is what the upstream said. */
export class DatabaseRefusal extends Error {
	readonly wall: DatabaseWall;

	constructor(message: string) {
		super(message);
		this.name = "DatabaseRefusal";
		this.wall = /row-level security/.test(message) ? "ROW_LEVEL_SECURITY" : "GRANT";
	}
}
