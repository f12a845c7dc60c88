// Takes the SDL that `apprun schema print` gives and the operations of this folder, writes their TypeScript types:
//   npm run -s apprun -- schema print > schema.graphql
//   node_modules/.bin/node examples/client/generate.ts schema.graphql
import { readFile, writeFile } from "node:fs/promises";
import { codegen } from "@graphql-codegen/core";
import * as operations from "@graphql-codegen/typescript-operations";
import { parse } from "graphql";

const here = (name: string) => new URL(name, import.meta.url);

/** How the scalars look in JSON: see docs/api.md. */
const scalars = {
	...{ BigInt: "string", Decimal: "string", Double: 'number | "NaN" | "Infinity" | "-Infinity"', UUID: "string" },
	...{
		Date: "string",
		DateTime: "string",
		Interval: "string",
		JSON: "unknown",
		DateRange: "string",
		TstzRange: "string",
	},
};

/** The types of the operations, as TypeScript. */
export async function generateTypes(sdl: string): Promise<string> {
	const text = await readFile(here("operations.graphql"), "utf8");
	return await codegen({
		schema: parse(sdl),
		documents: [{ location: "operations.graphql", document: parse(text) }],
		filename: "types.ts",
		config: { scalars, useTypeImports: true, skipTypename: true, enumsAsTypes: true },
		plugins: [{ operations: {} }],
		pluginMap: { operations },
	});
}

if (process.argv[1] === import.meta.filename) {
	const sdl = await readFile(process.argv[2] ?? "schema/data.graphql", "utf8");
	await writeFile(here("types.ts"), await generateTypes(sdl));
}
