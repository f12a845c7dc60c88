// A hand-written subschema of schema/: its text, and the names that the generated data schema must leave to it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type DefinitionNode, Kind, parse } from "graphql";
import type { ReservedNames } from "../schema/name-catalog.ts";
import { packageRoot } from "../stack/package-root.ts";

export interface Subschema {
	/** SDL. */
	readonly typeDefs: string;
	readonly reserved: ReservedNames;
}

/** Scalars are shared with the data schema, where they mean the same. */
const shared: ReadonlySet<string> = new Set([Kind.SCALAR_TYPE_DEFINITION]);

/** Reads `schema/<name>.graphql`. */
export function readSubschema(name: string): Subschema {
	const typeDefs = readFileSync(join(packageRoot, "schema", `${name}.graphql`), "utf8");
	const { definitions } = parse(typeDefs);
	const roots = ["Query", "Mutation"];
	const fieldsOf = (root: string) => definitions.flatMap((node) => (isNamed(node, root) ? fieldNames(node) : []));
	const types = definitions.flatMap((node) => {
		if (!("name" in node) || node.name === undefined || shared.has(node.kind)) return [];
		return roots.includes(node.name.value) ? [] : [node.name.value];
	});
	return Object.freeze({
		typeDefs,
		reserved: Object.freeze({ types, queries: fieldsOf("Query"), mutations: fieldsOf("Mutation") }),
	});
}

/** The names of several subschemas together. */
export function joinReserved(all: readonly ReservedNames[]): ReservedNames {
	return Object.freeze({
		types: all.flatMap(({ types }) => types),
		queries: all.flatMap(({ queries }) => queries),
		mutations: all.flatMap(({ mutations }) => mutations),
	});
}

const isNamed = (node: DefinitionNode, name: string): boolean => "name" in node && node.name?.value === name;

function fieldNames(node: DefinitionNode): string[] {
	const isObject = node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION;
	return isObject ? (node.fields ?? []).map(({ name }) => name.value) : [];
}
