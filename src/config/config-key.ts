// What one setting is, and the kinds of values that settings have.
import { z } from "zod";

/** One setting. `parse` gets the text of the environment variable. */
export interface ConfigKey<Value> {
	readonly env: string;
	readonly schema: z.ZodType<Value, string>;
	/** Text as it would stand in the environment; null: not set. */
	readonly default: string | null;
	readonly unit: string | null;
	readonly text: string;
	/** Never printed. */
	readonly secret: boolean;
}

export const text = z.string().min(1);
export const url = z.string().regex(/^(https?|postgres|postgresql):\/\/\S+$/, "must be a URL");
export const keysUrl = z.string().regex(/^(https?|file):\/\/\S+$/, "must be a URL of http, https or file");
export const siteUrl = z
	.string()
	.regex(/^https?:\/\/[^/\s]+\/?$/, "must be the URL of a site without a path")
	.transform((value) => value.replace(/\/$/, ""));
export const smtpUrl = z.string().regex(/^smtps?:\/\/\S+$/, "must be a URL of smtp or smtps");
export const list = z.string().transform((value) =>
	value
		.split(",")
		.map((item) => item.trim())
		.filter((item) => item !== ""),
);
export const onOff = z.enum(["on", "off"]).transform((value) => value === "on");
export const integer = (least: number, most: number) =>
	z.string().regex(/^\d+$/, "must be a whole number").transform(Number).pipe(z.number().min(least).max(most));

interface KeyOptions {
	readonly unit?: string;
	readonly secret?: boolean;
}

/** A setting that always has a value: `fallback`, written as the environment would have it. */
export function key<Value>(
	env: string,
	schema: z.ZodType<Value, string>,
	fallback: string,
	description: string,
	options: KeyOptions = {},
): ConfigKey<Value> {
	return {
		env,
		schema,
		default: fallback,
		unit: options.unit ?? null,
		text: description,
		secret: options.secret ?? false,
	};
}

/** A setting that may be missing: null then. */
export function optional<Value>(
	env: string,
	schema: z.ZodType<Value, string>,
	description: string,
	options: KeyOptions = {},
): ConfigKey<Value | null> {
	return {
		env,
		schema: schema as z.ZodType<Value | null, string>,
		default: null,
		unit: options.unit ?? null,
		text: description,
		secret: options.secret ?? false,
	};
}
