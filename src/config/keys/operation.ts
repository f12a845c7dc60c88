// Limits of one operation: rows, depth, size.
import { integer, key } from "../config-key.ts";

export const operationKeys = Object.freeze({
	defaultLimit: key("APPRUN_DEFAULT_LIMIT", integer(1, 1_000_000), "100", "Rows of a list without a limit.", {
		unit: "rows",
	}),
	maxLimit: key("APPRUN_MAX_LIMIT", integer(1, 1_000_000), "1000", "Highest limit that a list accepts.", {
		unit: "rows",
	}),
	maxDepth: key("APPRUN_MAX_DEPTH", integer(2, 100), "12", "Deepest selection; introspection is exempt.", {
		unit: "levels",
	}),
	maxTokens: key("APPRUN_MAX_TOKENS", integer(100, 1_000_000), "10000", "Longest document.", { unit: "tokens" }),
	maxAliases: key("APPRUN_MAX_ALIASES", integer(0, 10_000), "100", "Most aliases in a document."),
	maxRootFields: key("APPRUN_MAX_ROOT_FIELDS", integer(1, 1000), "20", "Most root fields in an operation."),
	maxBodyBytes: key("APPRUN_MAX_BODY_BYTES", integer(1024, 1_073_741_824), "1048576", "Largest request body.", {
		unit: "bytes",
	}),
	preparedOperations: key(
		"APPRUN_PREPARED_OPERATIONS",
		integer(1, 1_000_000),
		"1000",
		"Documents whose parsed, validated and prepared form is kept.",
	),
});
