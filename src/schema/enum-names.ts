// Enum labels and their GraphQL names, both ways. A label that is a legal name keeps it.
import { NameClaims } from "./name-claims.ts";
import { enumValueName } from "./naming.ts";

const cache = new WeakMap<readonly string[], Readonly<Record<string, string>>>();

/** Label → GraphQL name, for the labels of one enum, in their order. */
export function enumNames(labels: readonly string[]): Readonly<Record<string, string>> {
	const known = cache.get(labels);
	if (known !== undefined) return known;
	const claims = new NameClaims(["true", "false", "null"], []);
	// Labels that are legal names are claimed first, so that an odd one never takes the name of a plain one.
	const ordered = [...labels.filter(isLegal), ...labels.filter((label) => !isLegal(label))];
	const names = Object.freeze(
		Object.fromEntries(
			ordered.map((label) => [label, claims.claim([isLegal(label) ? label : enumValueName(label)], label)]),
		),
	);
	cache.set(labels, names);
	return names;
}

/** GraphQL name → label. */
export function enumLabel(labels: readonly string[], name: string): string {
	const names = enumNames(labels);
	return labels.find((label) => names[label] === name) ?? name;
}

function isLegal(label: string): boolean {
	return (
		/^[_A-Za-z][_0-9A-Za-z]*$/.test(label) && !label.startsWith("__") && !["true", "false", "null"].includes(label)
	);
}
