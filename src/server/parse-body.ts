// Takes the JSON of a request, gives its value; a number of more digits than JavaScript keeps stays as it was written, so
// that it reaches a json column whole. One way for the lane and for Yoga.
import { exactNumber } from "../schema/exact-number.ts";

/** JavaScript keeps every number of this many digits. */
const keptDigits = 15;
const longNumber = /\d[\d.]{15}/;

/** @throws SyntaxError for what is no JSON */
export function parseBody(text: string): unknown {
	return longNumber.test(text) ? JSON.parse(text, keepLong) : JSON.parse(text);
}

/** Only where digits would be lost: `1.0` stays a number that an Int variable takes. */
function keepLong(_key: string, value: unknown, { source = "" }: { readonly source?: string }): unknown {
	if (typeof value !== "number" || source.replace(/\D/g, "").length <= keptDigits) return value;
	return exactNumber(source);
}
