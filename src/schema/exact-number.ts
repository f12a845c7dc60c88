// Numbers of JSON that JavaScript cannot hold: kept as their source text, which JSON.stringify writes as it is.

// ECMAScript's "JSON.parse source text access" (Node 22 has it), which TypeScript's library does not describe yet.
declare global {
	interface JSON {
		parse(
			text: string,
			reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
		): unknown;
		rawJSON(text: string): RawNumber;
		isRawJSON(value: unknown): value is RawNumber;
	}
}

/** What JSON.rawJSON gives. */
export interface RawNumber {
	readonly rawJSON: string;
}

/** The number, or its text where JavaScript would change it. */
export function exactNumber(source: string): number | RawNumber {
	const value = Number(source);
	return String(value) === source ? value : JSON.rawJSON(source);
}

/** Reviver for JSON.parse: a number that JavaScript would change keeps its source text. */
export function keepDigits(_key: string, value: unknown, { source }: { readonly source?: string }): unknown {
	return typeof value === "number" && source !== undefined ? exactNumber(source) : value;
}
