// Any failure of a command → what a person should read: no stack, one paragraph, with a remedy where there is one.
import { ConfigError } from "../config/load-config.ts";
import { AppError } from "../error/app-error.ts";
import { StackError } from "../stack/stack-error.ts";

/** The text of a failure. An unexpected one keeps its stack, because that is a bug to be reported. */
export function explainFailure(error: unknown): string {
	if (error instanceof ConfigError || error instanceof StackError) return error.message;
	if (error instanceof AppError) return [error.message, String(error.extensions["hint"] ?? "")].join(" ").trim();
	if (isConnectionFailure(error))
		return `${connectionFailure(error)} Check that the service runs and its URL is right.`;
	if (!(error instanceof Error)) return String(error);
	if (isDeliberate(error)) return [error.message, ...causes(error)].join("\n");
	return error.stack ?? error.message;
}

interface SystemError extends Error {
	readonly code: string;
	readonly errors?: readonly Error[];
}

const connectionCodes = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", "EHOSTUNREACH", "ECONNRESET"]);

function isConnectionFailure(error: unknown): error is SystemError {
	return error instanceof Error && "code" in error && connectionCodes.has(String(error.code));
}

/** Node joins the attempts on several addresses into an error without a message. */
function connectionFailure({ message, errors, code }: SystemError): string {
	return `A service cannot be reached: ${message || errors?.map((each) => each.message).join(", ") || code}.`;
}

/** Thrown on purpose, with a message for a person: plain Errors, and what Postgres or the port refused. */
function isDeliberate(error: Error): boolean {
	return error.constructor === Error || "severity" in error || "syscall" in error;
}

function causes({ cause }: Error): string[] {
	return cause instanceof Error ? [`Reason: ${cause.message}`, ...causes(cause)] : [];
}
