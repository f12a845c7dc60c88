// What goes into an invocation and what comes out of it: plain data between the GraphQL resolver, the runners (V8 hosts,
// sandbox) and the log.
import type { FunctionErrorCode, FunctionStatus } from "./function-error.ts";
import { functionErrors } from "./function-error.ts";
import type { Entry, ModuleKind } from "./host/protocol.ts";
import type { FunctionLimits } from "./limits.ts";

/** A deployed version, ready to run. */
export interface RunnableVersion {
	readonly sha256: string;
	readonly kind: ModuleKind;
	readonly entry: Entry;
	readonly limits: FunctionLimits;
}

export interface Invocation {
	readonly tenantId: string;
	readonly version: RunnableVersion;
	/** JSON text. */
	readonly input: string;
	/** Functions that wait for this one: 0 for a call from outside. */
	readonly depth: number;
	/** The module, wanted only when no host holds it. */
	readonly loadModule: () => Promise<Uint8Array>;
	/** Aborted when nobody waits for the call any more; null: somebody outside does, and is waited for to the end. */
	readonly cancelled: AbortSignal | null;
	/**
	 * Runs a GraphQL operation as the caller, one level deeper; the JSON text of its result. Never throws.
	 * @param signal aborted when the call has ended without the reply
	 */
	readonly askGraphql: (query: string, variables: string, signal: AbortSignal) => Promise<string>;
}

export interface FunctionFailure {
	readonly code: FunctionErrorCode;
	readonly message: string;
	readonly hint: string;
}

export interface InvocationResult {
	readonly status: FunctionStatus;
	/** JSON text; null unless the status is SUCCESS. */
	readonly output: string | null;
	readonly error: FunctionFailure | null;
	readonly logs: readonly string[];
	/** From the moment that it had a host, in ms. */
	readonly durationMs: number;
	/** The host did not hold the module yet. */
	readonly cold: boolean;
}

/** Runs invocations of one kind of module. Never throws for what a function does. */
export interface Runner {
	run(invocation: Invocation): Promise<InvocationResult>;
}

export interface FailureDetails {
	/** Added to the message of the code. */
	readonly detail?: string;
	readonly logs?: readonly string[];
	readonly durationMs?: number;
	readonly cold?: boolean;
}

/** A detail may be a guest's own text. */
const mostDetail = 1000;

export function failed(code: FunctionErrorCode, details: FailureDetails = {}): InvocationResult {
	const { status, message, hint } = functionErrors[code];
	const { detail, logs = [], durationMs = 0, cold = false } = details;
	const text = detail === undefined ? message : `${message.slice(0, -1)}: ${sentence(detail)}`;
	return { status, output: null, error: { code, message: text, hint }, logs, durationMs, cold };
}

const sentence = (detail: string): string => {
	const short = detail.slice(0, mostDetail).toWellFormed();
	return /[.!?…]$/.test(short) ? short : `${short}.`;
};
