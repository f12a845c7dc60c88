// Any error → the error that a caller may see, with a code and a hint of the catalogue. What was thrown on purpose
// passes; what the caller's own document or values caused passes; everything else becomes INTERNAL and says nothing.
import { GraphQLError, Kind } from "graphql";
import { AppError } from "./app-error.ts";
import { type ErrorCode, errorCatalogue } from "./catalogue.ts";
import { rebuildError } from "./rebuild-error.ts";

export interface PublicError {
	readonly error: GraphQLError;
	readonly code: ErrorCode;
	/** For the log only; undefined: there is nothing to add to the public error. */
	readonly cause: unknown;
}

export interface PublicErrorOptions {
	readonly requestId: string;
	/** Leaves out the names that graphql-js suggests: for callers who may not introspect the schema. */
	readonly hideSuggestions: boolean;
}

/** A message longer than this quotes the caller's own input back; nobody reads on. In characters. */
const longestMessage = 2000;

/** Codes that GraphQL Yoga gives to what it refuses by itself. */
const codesOfYoga: Readonly<Record<string, ErrorCode>> = {
	REQUEST_ENTITY_TOO_LARGE: "LIMIT_EXCEEDED",
	OPERATION_RESOLUTION_FAILURE: "BAD_REQUEST",
};

const hintsOfYoga: Readonly<Record<string, string>> = {
	REQUEST_ENTITY_TOO_LARGE: "Send a shorter document, fewer variables, or several requests.",
	OPERATION_RESOLUTION_FAILURE: "Name one operation of the document in `operationName`.",
};

/** Turns an error of any stage into its public form; keeps path and locations. */
export function publicError(error: unknown, options: PublicErrorOptions): PublicError {
	const intended = findAppError(error);
	if (intended !== null) return fromAppError(intended, error, options);
	const code = error instanceof GraphQLError ? codeOf(error) : null;
	if (error instanceof GraphQLError && code !== null) return fromCallersFault(error, code, options);
	return masked(error, options);
}

/** The catalogue code of a public error, or of any error that carries one. */
export function catalogueCode(value: unknown): ErrorCode | null {
	return typeof value === "string" && Object.hasOwn(errorCatalogue, value) ? (value as ErrorCode) : null;
}

function findAppError(error: unknown): AppError | null {
	for (let current = error; current instanceof Error; current = originalOf(current)) {
		if (current instanceof AppError) return current;
	}
	return null;
}

function originalOf(error: Error): Error | undefined {
	return error instanceof GraphQLError ? (error.originalError ?? undefined) : undefined;
}

/** Why a GraphQLError that no stage threw on purpose is the caller's doing; null: it is not. */
function codeOf(error: GraphQLError): ErrorCode | null {
	let root: Error = error;
	for (let next = originalOf(root); next !== undefined; next = originalOf(root)) root = next;
	// graphql-js coerces variables before it executes: no path yet, and a scalar may have thrown a plain Error.
	if (error.path === undefined && error.nodes?.[0]?.kind === Kind.VARIABLE_DEFINITION) return "BAD_USER_INPUT";
	// A foreign error can carry any `extensions`, and graphql-js copies them: only GraphQLErrors are believed.
	if (!(root instanceof GraphQLError)) return null;
	const code = error.extensions["code"];
	const status = httpOf(error)?.status;
	if (status === 413) return "LIMIT_EXCEEDED";
	const known = catalogueCode(code) ?? (typeof code === "string" ? (codesOfYoga[code] ?? null) : null);
	if (known !== null) return known;
	// An argument or a directive with a value that does not fit has its own nodes; a value of ours that cannot be
	// serialized has none.
	return root.nodes !== undefined && error.path !== undefined ? "BAD_USER_INPUT" : null;
}

interface HttpExtensions {
	readonly status?: number;
	readonly headers?: Readonly<Record<string, string>>;
}

/** What Yoga noted about the HTTP answer of an error. */
export function httpOf(error: GraphQLError): HttpExtensions | undefined {
	return error.extensions["http"] as HttpExtensions | undefined;
}

function fromAppError(intended: AppError, at: unknown, options: PublicErrorOptions): PublicError {
	const place = at instanceof GraphQLError ? at : intended;
	const { code, message } = intended;
	const unexpected = code === "INTERNAL";
	const extensions = {
		...intended.extensions,
		...(unexpected && { requestId: options.requestId }),
		http: httpOf(place),
	};
	const cause = intended.cause ?? (unexpected ? intended : undefined);
	return { error: shown(place, message, extensions, options), code, cause };
}

function fromCallersFault(error: GraphQLError, code: ErrorCode, options: PublicErrorOptions): PublicError {
	const given = error.extensions["code"];
	const hint =
		error.extensions["hint"] ??
		(typeof given === "string" ? hintsOfYoga[given] : undefined) ??
		errorCatalogue[code].hint;
	return { error: shown(error, error.message, { code, hint, http: httpOf(error) }, options), code, cause: undefined };
}

function masked(error: unknown, options: PublicErrorOptions): PublicError {
	const code = "INTERNAL";
	const { message, hint } = errorCatalogue[code];
	const place = error instanceof GraphQLError ? error : undefined;
	const extensions = { code, hint, requestId: options.requestId };
	return { error: shown(place, message, extensions, options), code, cause: error };
}

/** The text as it may be shown, at its place. */
function shown(
	place: GraphQLError | undefined,
	message: string,
	extensions: Record<string, unknown>,
	options: PublicErrorOptions,
): GraphQLError {
	const { http, ...rest } = extensions;
	const text = options.hideSuggestions ? message.replace(/ Did you mean [^?]*\?/g, "") : message;
	const short = text.length > longestMessage ? `${text.slice(0, longestMessage)}…` : text;
	return rebuildError(place, short, http === undefined ? rest : { ...rest, http });
}
