// `npm run schema:write`: rewrites schema/data.graphql from a throwaway stack with the demo.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createLogger } from "../src/observe/logger.ts";
import { loadSchema } from "../src/schema/load-schema.ts";
import { printDataSchema } from "../src/schema/print-schema.ts";
import { packageRoot } from "../src/stack/package-root.ts";
import { startStack } from "../src/stack/start-stack.ts";
import { throwawayStack } from "../test/support/test-stack-config.ts";

const throwaway = throwawayStack({ APPRUN_KRATOS: "off" });
try {
	const stack = await startStack(throwaway.config, createLogger({ level: "info" }));
	try {
		const { schema } = await loadSchema(stack.endpoints.databaseUrl, throwaway.config);
		writeFileSync(join(packageRoot, "schema", "data.graphql"), printDataSchema(schema));
	} finally {
		await stack.stop();
	}
} finally {
	throwaway.remove();
}
