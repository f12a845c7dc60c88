// What the server and a function host say to each other over IPC. Plain data both ways; the server trusts nothing of it.
// Nothing in this folder imports from outside it: these files are all that a host process can read.

/** Types of WebAssembly that a function called with numbers may use. */
export type NumberType = "i32" | "i64" | "f32" | "f64";

/** How a module is entered; found out when it is admitted. */
export type Entry =
	/** An export over numbers: `input: [1, 2]`. */
	| {
			readonly kind: "numbers";
			readonly export: string;
			readonly params: readonly NumberType[];
			readonly results: readonly NumberType[];
	  }
	/** `alloc(len) -> ptr` and `handle(ptr, len) -> ptr << 32 | len`, JSON in UTF-8 both ways. */
	| { readonly kind: "json" }
	/** WASI `_start`, JSON on stdin and on stdout. */
	| { readonly kind: "command" };

export type ModuleKind = "export" | "command" | "sandbox";

/** What a host holds a call to. Time is not here: the server ends a host that takes too long. */
export interface HostLimits {
	/** Pages of 64 KiB. */
	readonly memoryPages: number;
	readonly outputBytes: number;
	readonly logLines: number;
	/** Bytes of one GraphQL reply that a guest may receive. */
	readonly replyBytes: number;
}

/** Caps that a module's declarations are held to. */
export interface ModuleCaps {
	readonly memoryPages: number;
	readonly tableEntries: number;
	readonly exports: number;
}

export interface AdmitRequest {
	readonly kind: "admit";
	readonly bytes: Uint8Array;
	/** Null: a command when it exports `_start`. */
	readonly moduleKind: ModuleKind | null;
	/** The function's name: an export of that name is the one called with numbers. */
	readonly functionName: string;
	readonly caps: ModuleCaps;
}

export interface CallRequest {
	readonly kind: "call";
	/** Cache key of the module: its tenant, sha256 and memory cap. */
	readonly module: string;
	/** The module, when the host does not hold it yet. */
	readonly bytes: Uint8Array | null;
	/** Modules to forget. */
	readonly drop: readonly string[];
	readonly entry: Entry;
	/** JSON text. */
	readonly input: string;
	readonly limits: HostLimits;
}

export type HostCallReply =
	/** JSON text of a GraphQL result. */
	| { readonly kind: "reply"; readonly text: string }
	/** The call ends here. */
	| { readonly kind: "stop"; readonly code: HostFailureCode; readonly detail: string };

export type ToHost = AdmitRequest | CallRequest | HostCallReply;

/** Why a module is not taken. Closed; texts in refusals.ts. */
export type RefusalReason =
	| "NOT_A_MODULE"
	| "COMPONENT"
	| "TOO_LARGE"
	| "TOO_MANY_EXPORTS"
	| "UNKNOWN_IMPORT"
	| "START_SECTION"
	| "NO_MEMORY"
	| "MEMORY_TOO_LARGE"
	| "UNSUPPORTED_FEATURE"
	| "TABLE_TOO_LARGE"
	| "NO_ENTRY"
	| "DOES_NOT_COMPILE"
	| "DOES_NOT_INSTANTIATE"
	| "ADMISSION_TIMEOUT";

export type Admission =
	| { readonly kind: "admitted"; readonly entry: Entry }
	| { readonly kind: "refused"; readonly reason: RefusalReason; readonly detail: string };

/** How a call ended inside the host. `code` is one of function-error.ts. */
export type Ending =
	| { readonly kind: "output" /** JSON text. */; readonly text: string }
	| { readonly kind: "failure"; readonly code: HostFailureCode; readonly detail: string };

export type HostFailureCode =
	| "BAD_INPUT"
	| "BAD_OUTPUT"
	| "BAD_POINTER"
	| "EXIT_CODE"
	| "FAILED_BY_FUNCTION"
	| "JSPI_MISSING"
	| "LOGS_TOO_LONG"
	| "MEMORY_EXHAUSTED"
	| "MODULE_UNUSABLE"
	| "OUTPUT_TOO_LARGE"
	| "QUERY_TOO_LARGE"
	| "REPLY_TOO_LARGE"
	| "STACK_OVERFLOW"
	| "TIME_EXCEEDED"
	| "TOO_MANY_HOST_CALLS"
	| "TRAP";

export interface CallDone {
	readonly kind: "done";
	readonly ending: Ending;
	readonly logs: readonly string[];
	/** Bytes resident in the host, now and then; null in between. */
	readonly residentBytes: number | null;
}

export interface HostCall {
	readonly kind: "graphql";
	readonly query: string;
	/** JSON text of the variables; empty for none. */
	readonly variables: string;
}

export type FromHost = { readonly kind: "ready" } | Admission | CallDone | HostCall;

/** What the sandbox process is asked; several at a time, so each has a number. */
export interface SandboxRequest {
	readonly id: number;
	readonly module: string;
	readonly bytes: Uint8Array | null;
	readonly input: string;
	readonly timeMs: number;
	readonly limits: HostLimits;
}

export type FromSandbox =
	| { readonly kind: "ready" }
	| {
			readonly kind: "ran";
			readonly id: number;
			readonly ending: Ending;
			readonly logs: readonly string[];
			/** False: the process is not to be used any more. */
			readonly healthy: boolean;
	  };
