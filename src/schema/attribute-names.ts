// GraphQL names of a composite type's attributes. Made once for each type.
import type { Attribute } from "./catalog.ts";
import { NameClaims } from "./name-claims.ts";
import { camelCase } from "./naming.ts";

const cache = new WeakMap<readonly Attribute[], ReadonlyMap<string, Attribute>>();

/** GraphQL name → attribute, in the order of the type. */
export function attributeNames(attributes: readonly Attribute[]): ReadonlyMap<string, Attribute> {
	const known = cache.get(attributes);
	if (known !== undefined) return known;
	const claims = new NameClaims([], []);
	const names = new Map(
		attributes.map((attribute) => [claims.claim([camelCase(attribute.name)], attribute.name), attribute]),
	);
	cache.set(attributes, names);
	return names;
}
