// Takes the types of columns, gives the enums and composite types among them, also inside of one another, under their
// GraphQL names.
import type { ColumnType } from "./catalog.ts";
import { typeKey } from "./model.ts";
import type { NameClaims } from "./name-claims.ts";
import { compositeInputName, pascalCase } from "./naming.ts";

/** GraphQL type names, keyed as typeKey says. */
export interface TypeNames {
	readonly enums: ReadonlyMap<string, string>;
	readonly composites: ReadonlyMap<string, string>;
}

/** Names the types, in the order in which they are met. */
export function nameTypes(types: readonly ColumnType[], claims: NameClaims): TypeNames {
	const enums = new Map<string, string>();
	const composites = new Map<string, string>();
	for (const type of types.flatMap(namedIn)) {
		const key = typeKey(type);
		if (enums.has(key) || composites.has(key)) continue;
		if (type.kind === "enum") {
			const withFilters = (name: string) => [name, `${name}Filter`, `${name}ListFilter`];
			enums.set(key, claims.claim(candidates(type, "Enum"), `enum ${type.schema}.${type.name}`, withFilters));
		} else {
			const withInput = (name: string) => [name, compositeInputName(name)];
			composites.set(key, claims.claim(candidates(type, "Type"), `type ${type.schema}.${type.name}`, withInput));
		}
	}
	return { enums, composites };
}

type NamedType = Extract<ColumnType, { kind: "enum" | "composite" }>;

/** A composite comes before what it holds. */
function namedIn(type: ColumnType): NamedType[] {
	switch (type.kind) {
		case "array":
			return namedIn(type.element);
		case "enum":
			return [type];
		case "composite":
			return [type, ...type.attributes.flatMap((attribute) => namedIn(attribute.type))];
		case "scalar":
		case "range":
		case "unknown":
			return [];
	}
}

function candidates({ schema, name }: NamedType, suffix: string): readonly string[] {
	const wanted = pascalCase(name);
	return [wanted, pascalCase(schema) + wanted, `${wanted}${suffix}`];
}
