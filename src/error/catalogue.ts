// The error catalogue: code → HTTP status, message, hint. The only place where a code is born; docs/errors.md is
// tied to it by a test. A message never carries SQL, upstream text or a stack: those go to the log.

/** What every code says by itself. `message` and `hint` may be replaced where more is known (see app-error.ts). */
export interface ErrorEntry {
	/** Status of the HTTP answer when the whole request fails with this code. */
	readonly status: number;
	readonly message: string;
	/** What a person can do about it. */
	readonly hint: string;
	/** Whether sending the same request again may succeed. */
	readonly retryable: boolean;
}

const entry = (status: number, message: string, hint: string, retryable = false): ErrorEntry =>
	Object.freeze({ status, message, hint, retryable });

export const errorCatalogue = Object.freeze({
	GRAPHQL_PARSE_FAILED: entry(400, "The document is not GraphQL.", "Check the syntax at the given location."),
	GRAPHQL_VALIDATION_FAILED: entry(
		400,
		"The document does not fit the schema.",
		"Open GraphiQL at /graphql to see which fields and arguments exist.",
	),
	BAD_REQUEST: entry(400, "The HTTP request is not a GraphQL request.", "Send POST with a JSON body holding `query`."),
	BAD_USER_INPUT: entry(400, "An argument has a value that cannot be used.", "Correct the named argument."),
	UNAUTHENTICATED: entry(401, "The credential was not accepted.", "Sign in again and send the new credential."),
	FORBIDDEN: entry(403, "This is not allowed.", "Ask an admin of your tenant for the missing right."),
	NOT_FOUND: entry(404, "There is no such row.", "Check the key; a row of another tenant does not exist for you."),
	CONFLICT: entry(409, "The write collides with what is stored.", "Read the current row and decide again."),
	CONSTRAINT_VIOLATION: entry(422, "The write breaks a rule of the database.", "Change the named value."),
	LIMIT_EXCEEDED: entry(413, "The request is larger than allowed.", "Ask for less, or page through the result."),
	UPSTREAM_UNAVAILABLE: entry(
		503,
		"A service behind this endpoint cannot be reached.",
		"Try again shortly; GET /health/ready names the service.",
		true,
	),
	TIMEOUT: entry(504, "The request took longer than allowed.", "Narrow the filter, or ask for fewer rows.", true),
	INTERNAL: entry(500, "Something went wrong on our side.", "The log holds the details under the request id."),
});

export type ErrorCode = keyof typeof errorCatalogue;
