// The suites of `npm run bench -- <suite>`, by name. A new one is a folder beside this file and a line in here.
import { authorizationSuite } from "./authorization/authorization-suite.ts";
import { dataSuite } from "./data/data-suite.ts";
import { functionsSuite } from "./functions/functions-suite.ts";
import { identitySuite } from "./identity/identity-suite.ts";
import { resourcesSuite } from "./resources/resources-suite.ts";
import { schemaSuite } from "./schema/schema-suite.ts";
import type { Suite } from "./suite.ts";

export const suites: Readonly<Record<string, Suite>> = Object.freeze({
	data: dataSuite,
	identity: identitySuite,
	authorization: authorizationSuite,
	functions: functionsSuite,
	resources: resourcesSuite,
	schema: schemaSuite,
});
