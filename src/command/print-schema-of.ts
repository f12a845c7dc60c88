// `apprun schema print`: the SDL of the GraphQL schema that the database gives.
import type { Config } from "../config/load-config.ts";
import { loadSchema } from "../schema/load-schema.ts";
import { printDataSchema } from "../schema/print-schema.ts";
import { findDatabase } from "./find-database.ts";

/** The SDL. @throws StackError without a database; AppError when its schemas cannot be exposed as they are */
export async function printSchemaOf(config: Config): Promise<string> {
	const { schema } = await loadSchema(findDatabase(config), config);
	return printDataSchema(schema);
}
