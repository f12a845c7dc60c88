// JSON numbers ↔ WebAssembly numbers, without losing a digit: an i64 travels as a string of digits, both ways.
import type { Ending, NumberType } from "./protocol.ts";

/** @returns the values, or what is wrong with the input */
export function toNumbers(input: string, types: readonly NumberType[]): (number | bigint)[] | string {
	const expected = `the input must be a list of ${types.length} numbers: [${types.join(", ")}]`;
	let given: unknown;
	try {
		given = JSON.parse(input);
	} catch {
		return expected;
	}
	// A function without parameters may be called without an input.
	if (types.length === 0 && given === null) return [];
	if (!Array.isArray(given) || given.length !== types.length) return expected;
	const values: (number | bigint)[] = [];
	for (const [index, type] of types.entries()) {
		const value = toNumber(given[index], type);
		if (value === null) return `${expected}; number ${index + 1} is no ${type}`;
		values.push(value);
	}
	return values;
}

function toNumber(value: unknown, type: NumberType): number | bigint | null {
	switch (type) {
		case "i32":
			return Number.isInteger(value) && within(value as number, -(2 ** 31), 2 ** 32 - 1) ? (value as number) : null;
		case "i64": {
			const text = Number.isSafeInteger(value) ? String(value) : value;
			if (typeof text !== "string" || !/^-?\d{1,20}$/.test(text)) return null;
			const number = BigInt(text);
			return number >= -(2n ** 63n) && number < 2n ** 64n ? number : null;
		}
		case "f32":
		case "f64":
			return typeof value === "number" ? value : null;
	}
}

const within = (value: number, least: number, most: number): boolean => value >= least && value <= most;

/** One result is a value, several are a list, none is null. */
export function toJson(returned: unknown, types: readonly NumberType[]): Ending {
	if (types.length === 0) return { kind: "output", text: "null" };
	const values = types.length === 1 ? [returned] : [...(returned as Iterable<unknown>)];
	if (values.some((value) => typeof value === "number" && !Number.isFinite(value)))
		return { kind: "failure", code: "BAD_OUTPUT", detail: "the answer is NaN or infinite, which JSON cannot hold" };
	const json = values.map((value) => (typeof value === "bigint" ? String(value) : value));
	return { kind: "output", text: JSON.stringify(types.length === 1 ? json[0] : json) };
}
