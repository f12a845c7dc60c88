// The one error that stages throw on purpose. It becomes a GraphQLError with `extensions.code` and `extensions.hint`;
// anything else that is thrown is unexpected, logged, and answered as INTERNAL.
import { GraphQLError, type GraphQLErrorOptions } from "graphql";
import { type ErrorCode, errorCatalogue } from "./catalogue.ts";

/** What a thrower may add to the catalogue's entry. */
export interface AppErrorDetails {
	/** Replaces the catalogue's message. Must be safe to show to anybody: no SQL, no upstream text. */
	readonly message?: string;
	/** Replaces the catalogue's hint. */
	readonly hint?: string;
	/** Further public extensions, such as `constraint` or `columns` (GraphQL names). */
	readonly extensions?: Readonly<Record<string, unknown>>;
	/** The reason, for the log only. */
	readonly cause?: unknown;
}

/** An error with a code of the catalogue. Its message, hint and extensions are public; its cause is not. */
export class AppError extends GraphQLError {
	readonly code: ErrorCode;

	constructor(code: ErrorCode, details: AppErrorDetails = {}, at: GraphQLErrorOptions = {}) {
		super(details.message ?? errorCatalogue[code].message, {
			...at,
			extensions: { code, hint: details.hint ?? errorCatalogue[code].hint, ...details.extensions },
		});
		this.name = "AppError";
		this.code = code;
		if (details.cause !== undefined) this.cause = details.cause;
	}
}
