// The settings as text, made from their one table: the table of docs/configuration.md and .env.example. Pure.
import { z } from "zod";
import type { ConfigKey } from "../src/config/config-key.ts";
import { configKeys } from "../src/config/keys.ts";

const keys: readonly ConfigKey<unknown>[] = Object.values(configKeys);

/** The Markdown table, without a final newline. */
export function configurationTable(): string {
	const rows = keys.map((key) => [code(key.env), defaultOf(key), key.unit ?? "", accepted(key.schema), describe(key)]);
	const head = ["Key", "Default", "Unit", "Accepts", "What it does"];
	return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** All of .env.example: every setting in a comment, with its default. */
export function environmentExample(): string {
	const head =
		"# Every setting of apprun with its default; docs/configuration.md says more. Nothing reads this file by itself:\n" +
		"# copy it to .env, take the # off what you change, and load it with `set -a; . ./.env; set +a`.\n";
	return [head, ...keys.map((key) => `# ${describe(key)}\n#${key.env}=${key.default ?? ""}\n`)].join("\n");
}

function defaultOf(key: ConfigKey<unknown>): string {
	return key.default === null ? "not set" : code(key.default);
}

function describe(key: ConfigKey<unknown>): string {
	return key.secret ? `${key.text} Secret: never printed.` : key.text;
}

/** Choices and ranges; nothing for text, whose form the description gives. */
function accepted(schema: unknown): string {
	if (schema instanceof z.ZodPipe) return accepted(schema.in) || accepted(schema.out);
	if (schema instanceof z.ZodEnum) return schema.options.map((option) => code(String(option))).join(", ");
	if (schema instanceof z.ZodNumber) return `${schema.minValue} to ${schema.maxValue}`;
	return "";
}

function code(text: string): string {
	return `\`${text}\``;
}
