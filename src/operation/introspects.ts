// Takes a document, tells whether it asks for the schema, which not everybody may see.
import { type DocumentNode, visit } from "graphql";

const introspectionFields: ReadonlySet<string> = new Set(["__schema", "__type"]);

/** Whether a field of introspection stands anywhere in the document; `__typename` is none. */
export function introspects(document: DocumentNode): boolean {
	let found = false;
	visit(document, {
		Field({ name }) {
			found ||= introspectionFields.has(name.value);
		},
	});
	return found;
}
