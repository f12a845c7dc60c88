// A comment of the database → what it asks for.
import type { PgSmartTagsAndDescription } from "pg-introspection";
import type { Tags } from "./catalog.ts";

/** Reads the lines that begin with `@`. */
export function readTags({ tags }: PgSmartTagsAndDescription): Tags {
	return Object.freeze({
		name: typeof tags["name"] === "string" ? tags["name"] : null,
		foreignName: typeof tags["foreignName"] === "string" ? tags["foreignName"] : null,
		omit: tags["omit"] !== undefined,
	});
}
