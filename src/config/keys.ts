// Every setting in one table: environment key, type, default, unit, text. docs/configuration.md is tied to it by a test.
import { authorizationKeys } from "./keys/authorization.ts";
import { databaseKeys } from "./keys/database.ts";
import { functionKeys } from "./keys/functions.ts";
import { identityKeys } from "./keys/identity.ts";
import { operationKeys } from "./keys/operation.ts";
import { serverKeys } from "./keys/server.ts";

/** The table. The property name is the name in Config. */
export const configKeys = Object.freeze({
	...serverKeys,
	...databaseKeys,
	...identityKeys,
	...operationKeys,
	...functionKeys,
	...authorizationKeys,
});
