// Takes an error answer of PostgREST, gives the AppError for it. What the upstream said goes into the cause, for the log
// only. Sources: PostgREST 12 documentation, "Errors"; PostgreSQL documentation, appendix "Error Codes".
import { AppError, type AppErrorDetails } from "../../error/app-error.ts";
import type { ErrorCode } from "../../error/catalogue.ts";
import { breachKind, ConstraintBreach } from "../../error/constraint-breach.ts";
import { DatabaseRefusal } from "../../error/database-refusal.ts";
import type { Plan } from "../../plan/nodes.ts";
import type { UpstreamResponse } from "./decode.ts";

interface Mapped extends Pick<AppErrorDetails, "message" | "hint"> {
	readonly code: ErrorCode;
}

const insufficientPrivilege = "42501";
const connectionFailure = "08006";

const byCode: Readonly<Record<string, Mapped>> = Object.freeze({
	"23505": {
		code: "CONFLICT",
		message: "A row with this key exists already.",
		hint: "Use another value, or update that row.",
	},
	"23503": {
		code: "CONSTRAINT_VIOLATION",
		message: "The row refers to one that does not exist, or is still referred to.",
		hint: "Check the ids in the input; delete or move the rows that refer to this one first.",
	},
	"23502": {
		code: "CONSTRAINT_VIOLATION",
		message: "A required value is missing.",
		hint: "Give every required field a value that is not null.",
	},
	"23514": {
		code: "CONSTRAINT_VIOLATION",
		message: "A value breaks a check of the table.",
		hint: "Use a value that the table allows.",
	},
	"44000": {
		code: "CONSTRAINT_VIOLATION",
		message: "The row would not be one that the view shows.",
		hint: "Use values that the view shows, or write to the table beneath it.",
	},
	"23P01": {
		code: "CONSTRAINT_VIOLATION",
		message: "The row overlaps one that exists.",
		hint: "Use other values, or change the row that is in the way.",
	},
	[insufficientPrivilege]: { code: "FORBIDDEN" },
	"57014": {
		code: "TIMEOUT",
		message: "The database took longer than it may; nothing was written.",
		hint: "Write or ask for less at once; somebody else may hold the rows.",
	},
	"55P03": { code: "CONFLICT", message: "The row is being changed by somebody else.", hint: "Try again." },
	"40001": { code: "CONFLICT", message: "The row was changed at the same time.", hint: "Try again." },
	"40P01": { code: "CONFLICT", message: "Two writes waited for each other.", hint: "Try again." },
	P0001: {
		code: "CONSTRAINT_VIOLATION",
		message: "The database refused the write.",
		hint: "A rule of the database forbids it; the log holds its words under the request id.",
	},
	"21000": {
		code: "BAD_USER_INPUT",
		message: "Two of the inputs are the same row by the constraint of onConflict.",
		hint: "Send one of them.",
	},
	"2201B": { code: "BAD_USER_INPUT", message: "A pattern is no regular expression that Postgres knows." },
	"22003": { code: "BAD_USER_INPUT", message: "A number is out of the range of its column." },
	"22001": { code: "BAD_USER_INPUT", message: "A text is too long for its column." },
	PGRST000: { code: "UPSTREAM_UNAVAILABLE" },
	PGRST001: { code: "UPSTREAM_UNAVAILABLE" },
	PGRST002: { code: "UPSTREAM_UNAVAILABLE" },
	PGRST003: { code: "UPSTREAM_UNAVAILABLE" },
});

const byClass: Readonly<Record<string, ErrorCode>> = Object.freeze({
	"08": "UPSTREAM_UNAVAILABLE",
	"22": "BAD_USER_INPUT",
	"23": "CONSTRAINT_VIOLATION",
	"53": "UPSTREAM_UNAVAILABLE",
	"57": "UPSTREAM_UNAVAILABLE",
});

/** What a caller got wrong under a code that mistakes of our own share. */
const byMessage: readonly (readonly [pattern: RegExp, mapped: Mapped])[] = Object.freeze([
	[
		/^text search configuration "/,
		{ code: "BAD_USER_INPUT", message: "The database has no text search configuration of this name." },
	],
	[
		/ in tsquery: "/,
		{
			code: "BAD_USER_INPUT",
			message: "The search is no tsquery.",
			hint: "Put an operator between words, as in `iron & cast`, or use the mode WEB.",
		},
	],
]);

/** Maps an error answer. Anything unforeseen, such as a schema that PostgREST has not learnt yet, is INTERNAL. */
export function mapError(plan: Plan, response: UpstreamResponse): AppError {
	const { code, message } = readError(response.body);
	const said = `PostgREST answered ${response.status} to a ${plan.kind} plan: ${response.body.slice(0, 2000)}`;
	const cause = causeOf(code, message, said);
	const mapped = byMessage.find(([pattern]) => pattern.test(message))?.[1] ??
		byCode[code] ?? { code: byClass[code.slice(0, 2)] ?? fallback(response.status) };
	return new AppError(mapped.code, { ...mapped, cause });
}

function causeOf(code: string, message: string, said: string): Error {
	if (code === insufficientPrivilege) return new DatabaseRefusal(said);
	const kind = breachKind(code);
	return kind === null ? new Error(said) : new ConstraintBreach(said, kind, message);
}

/** SQLSTATE, or PostgREST's own code; empty when there is none. */
export function errorCode(body: string): string {
	return readError(body).code;
}

function readError(body: string): { readonly code: string; readonly message: string } {
	try {
		const { code, message } = (JSON.parse(body) ?? {}) as { code?: unknown; message?: unknown };
		// A connection that broke in the middle of a statement has no SQLSTATE: PostgREST answers 400 with empty texts.
		if (code === "") return { code: connectionFailure, message: "" };
		return { code: typeof code === "string" ? code : "", message: typeof message === "string" ? message : "" };
	} catch {
		return { code: "", message: "" };
	}
}

function fallback(status: number): ErrorCode {
	return status === 502 || status === 503 || status === 504 ? "UPSTREAM_UNAVAILABLE" : "INTERNAL";
}
